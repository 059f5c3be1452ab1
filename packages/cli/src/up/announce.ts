// Prints incidents as they are explained: once in full, then a line for each turn that they take.
import type { ReportIncident } from '@winnow/contracts';
import { renderIncident } from '../render/incident-text.ts';
import { harmless } from '../render/layout.ts';
import { createStyle, type Screen } from '../render/style.ts';
import { nameOf, partsOf, spanOf, timeOf } from '../render/words.ts';

export interface Announcer {
  /** An incident that has been diagnosed, or that has changed since. `asOf`: RFC 3339, what durations reach to. */
  tell(incident: ReportIncident, asOf: string): void;
}

/** What was last said of an incident. */
interface Said {
  readonly status: ReportIncident['status'];
  readonly cause: string;
}

export function createAnnouncer(write: (text: string) => void, screen: Screen): Announcer {
  const said = new Map<string, Said>();
  return {
    tell(incident, asOf) {
      const now = { status: incident.status, cause: causeOf(incident) };
      const before = said.get(incident.id);
      said.set(incident.id, now);
      if (!before || before.cause !== now.cause) {
        if (!before && incident.status === 'resolved') return;
        write(inFull(incident, asOf, screen));
      } else if (before.status !== now.status) write(inOneLine(incident, asOf, screen));
      if (incident.status === 'resolved') said.delete(incident.id);
    },
  };
}

function causeOf(incident: ReportIncident): string {
  const { cause } = partsOf(incident);
  return cause ? `${nameOf(cause.entity)} ${cause.mode}` : '';
}

function inFull(incident: ReportIncident, asOf: string, screen: Screen): string {
  return `${renderIncident(incident, { ...screen, asOf }).join('\n')}\n\n`;
}

function inOneLine(incident: ReportIncident, asOf: string, screen: Screen): string {
  const style = createStyle(screen.coloured);
  const what = incident.status === 'open' ? 'open again' : incident.status;
  const detail = incident.status === 'resolved' ? `: ${spanOf(incident, asOf)}` : '';
  return `${style.dim(`${timeOf(incident.updatedAt, asOf)} UTC`)} ${what}: ${style.bold(harmless(incident.title))} ${style.dim(`${incident.id}${detail}`)}\n\n`;
}

// `winnow incidents ls` as a table.
import type { ReportIncident } from '@winnow/contracts';
import { harmless } from '../render/layout.ts';
import { renderTable } from '../render/table.ts';
import { durationOf, nameOf, partsOf } from '../render/words.ts';

/** Characters of a title: more is read with `show`. */
const TITLE = 80;

/** @param now RFC 3339: what ages reach to. */
export function incidentTable(incidents: readonly ReportIncident[], now: string): string[] {
  const clusters = new Set(incidents.map(({ cluster }) => cluster));
  const several = clusters.size > 1;
  const headings = ['id', 'age', 'severity', 'status', ...(several ? ['cluster'] : []), 'title', 'first hypothesis'];
  const rows = incidents.map((incident) => [
    incident.id,
    durationOf(incident.openedAt, now),
    incident.severity,
    statusOf(incident),
    ...(several ? [harmless(incident.cluster)] : []),
    cut(harmless(incident.title)),
    causeOf(incident),
  ]);
  return renderTable(headings, rows);
}

function statusOf({ status, acknowledged }: ReportIncident): string {
  return acknowledged && status !== 'resolved' ? `${status}, acknowledged` : status;
}

function causeOf(incident: ReportIncident): string {
  const { cause } = partsOf(incident);
  return cause ? `${cause.mode} of ${nameOf(cause.entity)} (${cause.verdict})` : 'not found';
}

const cut = (text: string) => (text.length <= TITLE ? text : `${text.slice(0, TITLE - 1)}…`);

// One incident as the report tells of it.
import {
  blastRadiusOf,
  type Incident,
  livingSignals,
  type ReportIncident,
  type ReportSignal,
  type Signal,
  titleOf,
} from '@winnow/contracts';
import type { Entry } from '../core.ts';
import { compareHypotheses, compareSignals } from './order.ts';

export interface ReportIncidentOptions {
  /** Recordings only: the lines of each signal's items. */
  readonly lines?: ReadonlyMap<string, readonly number[]>;
  /** Lines that another incident has taken already. */
  readonly taken?: Set<number>;
  readonly example?: boolean;
}

export function toReportIncident(entry: Entry, options: ReportIncidentOptions = {}): ReportIncident {
  const { incident, finding, blastRadius } = entry;
  return {
    id: incident.id,
    cluster: incident.cluster,
    title: finding?.title || titleOf(incident),
    severity: incident.severity,
    status: incident.status,
    ...(incident.status === 'resolved' && incident.closedBy && { closedBy: incident.closedBy }),
    ...(incident.acknowledged && { acknowledged: incident.acknowledged }),
    openedAt: incident.openedAt,
    updatedAt: incident.updatedAt,
    blastRadius: blastRadius ?? blastRadiusOf(incident),
    signals: livingSignals(incident).map(toReportSignal).sort(compareSignals),
    hypotheses: (finding?.hypotheses ?? []).toSorted(compareHypotheses),
    ...(options.lines && { lines: linesOf(incident, options.lines, options.taken) }),
    ...(options.example && { example: true as const }),
  };
}

function toReportSignal(signal: Signal): ReportSignal {
  const { id, entity, reason, count, firstSeen, lastSeen, silencedBy } = signal;
  const observations = firstAndLast(signal.observations, 10);
  return { id, entity, reason, count, firstSeen, lastSeen, observations, ...(silencedBy && { silencedBy }) };
}

function firstAndLast(ids: readonly string[], count: number): readonly string[] {
  return ids.length <= 2 * count ? ids : [...ids.slice(0, count), ...ids.slice(-count)];
}

function linesOf(
  incident: Incident,
  lines: ReadonlyMap<string, readonly number[]>,
  taken = new Set<number>(),
): readonly number[] {
  const own = new Set(incident.members.flatMap(({ signal }) => lines.get(signal.id) ?? []));
  const free = [...own].filter((line) => !taken.has(line)).sort((a, b) => a - b);
  for (const line of free) taken.add(line);
  return free;
}

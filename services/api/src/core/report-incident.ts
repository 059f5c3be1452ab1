// One incident as the report tells of it.
import {
  blastRadiusOf,
  type Incident,
  type ReportIncident,
  type ReportSignal,
  type Signal,
  symptoms,
} from '@winnow/contracts';
import type { Entry } from '../core.ts';
import { compareHypotheses, compareSignals, compareTexts, rankOf } from './order.ts';

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
    openedAt: incident.openedAt,
    updatedAt: incident.updatedAt,
    blastRadius: blastRadius ?? blastRadiusOf(incident),
    signals: livingSignals(incident).map(toReportSignal).sort(compareSignals),
    hypotheses: (finding?.hypotheses ?? []).toSorted(compareHypotheses),
    ...(options.lines && { lines: linesOf(incident, options.lines, options.taken) }),
    ...(options.example && { example: true as const }),
  };
}

/** A signal that was found to be another one is told of by that one, where it is a member too. */
export function livingSignals(incident: Incident): readonly Signal[] {
  const signals = incident.members.map((member) => member.signal);
  const ids = new Set(signals.map((signal) => signal.id));
  return signals.filter((signal) => signal.mergedInto === undefined || !ids.has(signal.mergedInto));
}

function toReportSignal({ id, entity, reason, count, firstSeen, lastSeen, observations }: Signal): ReportSignal {
  return { id, entity, reason, count, firstSeen, lastSeen, observations: firstAndLast(observations, 10) };
}

function firstAndLast(ids: readonly string[], count: number): readonly string[] {
  return ids.length <= 2 * count ? ids : [...ids.slice(0, count), ...ids.slice(-count)];
}

/** Before there is a finding: what the likely root, else the gravest member, shows. */
export function titleOf(incident: Incident): string {
  const signals = livingSignals(incident);
  const root = incident.roots[0]?.entity;
  const isRoot = ({ entity }: Signal) =>
    root !== undefined && entity.kind === root.kind && entity.name === root.name && entity.namespace === root.namespace;
  const byGravity = (a: Signal, b: Signal) =>
    rankOf(a.severity) - rankOf(b.severity) || compareTexts(a.firstSeen, b.firstSeen) || compareTexts(a.id, b.id);
  const leading = signals.filter(isRoot).toSorted(byGravity)[0] ?? signals.toSorted(byGravity)[0];
  if (!leading) return 'Incident without members';
  const { kind, namespace, name } = leading.entity;
  return `${kind} ${namespace ? `${namespace}/` : ''}${name}: ${symptoms[leading.symptom].title} (${leading.reason})`;
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

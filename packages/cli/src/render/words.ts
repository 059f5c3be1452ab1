// What reports say in words, the same in every form.
import type {
  BlastRadius,
  EntityRef,
  Hypothesis,
  LedgerTotals,
  Report,
  ReportIncident,
  Severity,
} from '@winnow/contracts';
import { harmless } from './layout.ts';

const count = (n: number, one: string, many = `${one}s`) => `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`;

/** `Deployment shop/cart`. */
export function nameOf({ kind, namespace, name }: EntityRef): string {
  return harmless(namespace ? `${kind} ${namespace}/${name}` : `${kind} ${name}`);
}

/** `2026-03-08 15:21:12`, or only the time where the day is that of `day`. All times are UTC. */
export function timeOf(at: string, day?: string): string {
  const [date = '', time = ''] = at.replace(/\.\d+Z$|Z$/, '').split('T');
  return day?.startsWith(date) ? time : `${date} ${time}`;
}

/** `38 s`, `4 min 12 s`, `2 h 5 min`, `3 d 4 h`. */
export function durationOf(from: string, to: string): string {
  const seconds = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
  const units: readonly (readonly [number, string])[] = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
    [1, 's'],
  ];
  const first = units.findIndex(([size]) => seconds >= size);
  if (first < 0) return '0 s';
  let left = seconds;
  const parts = units.slice(first, first + 2).map(([size, unit]) => {
    const n = Math.floor(left / size);
    left -= n * size;
    return n > 0 ? `${n} ${unit}` : '';
  });
  return parts.filter((part) => part !== '').join(' ');
}

/** One line: is something wrong, how much of it, where. */
export function verdictOf(report: Report): string {
  const where = report.clusters.length > 0 ? ` in ${report.clusters.map(harmless).join(', ')}` : '';
  if (report.verdict === 'healthy') return `Nothing is wrong${where}.`;
  if (report.verdict === 'unknown') return `Too little can be seen to say whether anything is wrong${where}.`;
  const live = report.incidents.filter((incident) => incident.status !== 'resolved');
  const over = report.incidents.length - live.length;
  if (live.length === 0) return `Nothing is wrong now${where}; ${count(over, 'incident')} ended.`;
  const ended = over > 0 ? `; ${over} more ended` : '';
  return `${count(live.length, 'incident')}${where}: ${bySeverity(live)}${ended}.`;
}

function bySeverity(incidents: readonly ReportIncident[]): string {
  const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low'];
  return severities
    .map((severity) => [incidents.filter((incident) => incident.severity === severity).length, severity] as const)
    .filter(([n]) => n > 0)
    .map(([n, severity]) => `${n} ${severity}`)
    .join(', ');
}

/** `since 15:21:12 UTC, for 4 min 12 s`; for what is over, from when to when. */
export function spanOf(incident: ReportIncident, asOf: string): string {
  const { status, updatedAt } = incident;
  const began = beginOf(incident);
  const from = `${timeOf(began, asOf)} UTC`;
  if (status !== 'resolved') {
    const stale = status === 'stale' ? '; its sources have gone silent, so nobody knows whether it goes on' : '';
    return `${from}, for ${durationOf(began, asOf)}${stale}`;
  }
  return `${from}, ended ${timeOf(updatedAt, asOf)} after ${durationOf(began, updatedAt)}${endOf(incident)}`;
}

/** When it was first seen: a capture tells of trouble long after it began. */
function beginOf({ openedAt, signals }: ReportIncident): string {
  const [began = openedAt] = [openedAt, ...signals.map(({ firstSeen }) => firstSeen)].sort();
  return began;
}

function endOf({ closedBy, signals }: ReportIncident): string {
  const silences = [...new Set(signals.flatMap(({ silencedBy = [] }) => silencedBy))];
  if (closedBy === 'operator' && silences.length > 0) return `: silenced by ${silences.join(', ')}`;
  const ends = {
    recovered: ': it recovered',
    deleted: ': the objects were deleted',
    timeout: ': it was not reported again',
    expired: ': it grew too old',
    operator: ': closed by a person',
  };
  return closedBy ? ends[closedBy] : '';
}

/** `one namespace: 3 workloads, 1 node`. */
export function reachOf({ scope, workloads, namespaces, nodes }: BlastRadius): string {
  const scopes = {
    pod: 'one pod',
    workload: 'one workload',
    namespace: 'one namespace',
    'multi-namespace': count(namespaces, 'namespace'),
    cluster: 'the whole cluster',
  };
  const parts = [
    ...(workloads > 0 && scope !== 'workload' ? [count(workloads, 'workload')] : []),
    ...(nodes > 0 ? [count(nodes, 'node')] : []),
  ];
  return parts.length > 0 ? `${scopes[scope]}: ${parts.join(', ')}` : scopes[scope];
}

/** `confirmed, 95 %`. */
export function certaintyOf({ verdict, confidence }: Hypothesis): string {
  return verdict === 'ruled-out' ? 'ruled out' : `${verdict}, ${Math.round(confidence * 100)} %`;
}

/** What became of everything that arrived. */
export function ledgerOf(ledger: LedgerTotals): string {
  const parts = [
    `${count(ledger.signals, 'made a signal', 'made signals')}`,
    `${count(ledger.deduplicated, 'repeated one')}`.replace(/ones$/, 'one'),
    `${ledger.muted.toLocaleString('en-US')} muted by rule`,
    ...(ledger.shed > 0 ? [`${ledger.shed.toLocaleString('en-US')} shed under load`] : []),
    ...(ledger.deadLettered > 0 ? [`${ledger.deadLettered.toLocaleString('en-US')} unreadable`] : []),
  ];
  return `${count(ledger.received, 'item')} arrived: ${parts.join(', ')}.`;
}

export interface Parts {
  /** The first hypothesis that is not ruled out. */
  readonly cause: Hypothesis | undefined;
  readonly others: readonly Hypothesis[];
  readonly ruledOut: readonly Hypothesis[];
}

export function partsOf({ hypotheses }: ReportIncident): Parts {
  const [cause, ...others] = hypotheses.filter((each) => each.verdict !== 'ruled-out');
  return { cause, others, ruledOut: hypotheses.filter((each) => each.verdict === 'ruled-out') };
}

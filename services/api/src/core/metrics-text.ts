// What `/metrics` shows, in Prometheus' text format.
import type { MetricFamily, MetricSample } from '@winnow/contracts';
import type { LedgerCell } from '@winnow/stream';

export interface StageFigures {
  readonly stage: string;
  readonly partition: number;
  /** Records read and put out since the start. */
  readonly received: number;
  readonly emitted: number;
  /** Records that wait behind its offset. */
  readonly lag?: number;
}

export interface MetricsSnapshot {
  readonly ledger: readonly LedgerCell[];
  /** Items behind the committed offset, by source. */
  readonly pending: Readonly<Record<string, number>>;
  /** Requests refused at intake. */
  readonly refused: readonly { readonly source: string; readonly code: number | string; readonly count: number }[];
  readonly stages: readonly StageFigures[];
  /** By status. */
  readonly incidents: Readonly<Record<string, number>>;
  /** Known to who reads the alerts alone. */
  readonly alertsFiring?: number;
  /** What the parts beside the stages show of themselves. */
  readonly families: readonly MetricFamily[];
}

export function metricsText(snapshot: MetricsSnapshot): string {
  const { ledger, pending, refused, stages, incidents, alertsFiring, families } = snapshot;
  const counts = (field: 'received' | 'emitted') =>
    stages.map(({ stage, partition, [field]: value }) => ({ labels: { stage, partition }, value }));
  const lags = stages.flatMap(({ stage, partition, lag }) =>
    lag === undefined ? [] : [{ labels: { stage, partition }, value: lag }],
  );
  const outcomes = ledger.map(({ source, outcome, reason, count }) => ({
    labels: { source, outcome, reason },
    value: count,
  }));
  const byKey = (label: string, values: Readonly<Record<string, number>>) =>
    Object.entries(values).map(([key, value]) => ({ labels: { [label]: key }, value }));
  return [
    family('winnow_received_total', 'counter', 'Items that were decided on.', byKey('source', receivedOf(ledger))),
    family('winnow_outcomes_total', 'counter', 'Items by outcome and reason.', outcomes),
    family(
      'winnow_refused_total',
      'counter',
      'Requests refused at intake: the sender still owns them.',
      refused.map(({ count, ...labels }) => ({ labels, value: count })),
    ),
    family('winnow_pending_items', 'gauge', 'Items in the log that are not decided on yet.', byKey('source', pending)),
    family('winnow_stage_received_total', 'counter', 'Records a stage has read since its start.', counts('received')),
    family('winnow_stage_emitted_total', 'counter', 'Records a stage has put out since its start.', counts('emitted')),
    family('winnow_stage_lag_records', 'gauge', 'Records behind the offset of a stage.', lags),
    family('winnow_incidents', 'gauge', 'Incidents by status.', byKey('status', incidents)),
    alertsFiring === undefined
      ? ''
      : family('winnow_alerts_firing', 'gauge', 'Alerts that fire.', [{ labels: {}, value: alertsFiring }]),
    ...families.map(({ name, type, help, samples }) => family(name, type, help, samples)),
  ].join('');
}

function receivedOf(ledger: readonly LedgerCell[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { source, count } of ledger) sums[source] = (sums[source] ?? 0) + count;
  return sums;
}

function family(name: string, type: 'counter' | 'gauge', help: string, samples: readonly MetricSample[]): string {
  const lines = samples.map(({ labels, value }) => `${name}${labelsText(labels)} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function labelsText(labels: MetricSample['labels']): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(String(value))}"`);
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}

const escapeLabel = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

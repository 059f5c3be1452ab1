// How the agent stands: on /metrics, and among the sources of `winnow status`.
import type { MetricFamily, SourceStatus } from '@winnow/contracts';
import type { Buffer } from './buffer.ts';
import type { Forward } from './forward.ts';

export interface AgentView {
  readonly buffer: Pick<Buffer, 'next' | 'size' | 'isFull'>;
  readonly forward: Forward;
}

/** Records that wait, and for how long the one that waits for longest has waited. */
export function lagOf(
  { buffer, forward }: AgentView,
  now: number,
): { readonly records: number; readonly seconds: number } {
  const records = Math.max(0, buffer.next - forward.offset);
  const seconds = forward.oldestAt === undefined ? 0 : Math.max(0, now - Date.parse(forward.oldestAt)) / 1000;
  return { records, seconds };
}

export function agentFamilies(view: AgentView, now = Date.now()): readonly MetricFamily[] {
  const { records, seconds } = lagOf(view, now);
  const { used, limit } = view.buffer.size();
  const { forwarded, failures } = view.forward;
  const one = (name: string, type: MetricFamily['type'], help: string, value: number): MetricFamily => ({
    ...{ name: `winnow_agent_${name}`, type, help },
    samples: [{ labels: {}, value }],
  });
  return [
    one('forward_lag_records', 'gauge', 'Records in the buffer that Kafka has not taken yet.', records),
    one('forward_lag_seconds', 'gauge', 'How long ago the oldest of them arrived.', seconds),
    one('forwarded_records_total', 'counter', 'Records that Kafka has taken since the start.', forwarded),
    one('forward_failures_total', 'counter', 'Tries to forward that failed and were made again.', failures),
    one('buffer_bytes', 'gauge', 'Of the buffer, in use.', used),
    one('buffer_limit_bytes', 'gauge', 'How many there may be: then nothing more is taken.', limit),
  ];
}

/** @param brokers names where it forwards to. */
export function forwardStatus(view: AgentView, cluster: string, brokers: string, now = Date.now()): SourceStatus {
  const { records, seconds } = lagOf(view, now);
  const { trouble, takenAt } = view.forward;
  const waiting = records > 0 && trouble !== undefined ? [`${records} records wait to be forwarded`] : [];
  return {
    ...{ source: 'forward', cluster, instance: brokers },
    state: trouble === undefined ? 'connected' : 'blind',
    ...(takenAt !== undefined && { lastByteAt: takenAt }),
    lagSeconds: seconds,
    details: [...waiting, ...(trouble === undefined ? [] : [trouble])],
  };
}

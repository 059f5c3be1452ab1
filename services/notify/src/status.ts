// How the receivers stand: for `winnow status` and for /metrics. Read from committed state.
import type { MetricFamily, MetricSample, SourceStatus } from '@winnow/contracts';
import { laneOf, nowOf, type Receiver, type State, tellingOf } from './core/state.ts';

/** One for each receiver, `instance` is its name. `cluster` is `*`: it is told of all. */
export function statusOf(state: State): readonly SourceStatus[] {
  return [...state.receivers.entries()].map(([instance, receiver]) => ({
    source: 'notify',
    cluster: '*',
    instance,
    state: receiver.problem === undefined ? 'connected' : 'refused',
    ...(receiver.deliveredAt && { lastByteAt: receiver.deliveredAt }),
    details: detailsOf(state, instance, receiver),
  }));
}

function detailsOf(state: State, name: string, { problem, refused, expired }: Receiver): readonly string[] {
  const waiting = laneOf(state, name).waiting.size;
  return [
    ...(problem === undefined ? [] : [problem]),
    ...(waiting > 0 ? [`${count(waiting, 'notification')} to be sent`] : []),
    ...(refused > 0 ? [`${count(refused, 'notification')} refused for good`] : []),
    ...(expired > 0 ? [`${count(expired, 'notification')} given up`] : []),
  ];
}

const count = (n: number, one: string) => `${n} ${n === 1 ? one : `${one}s`}`;

export function metricsOf(state: State): readonly MetricFamily[] {
  const receivers = [...state.receivers.entries()];
  const gauge = (name: string, help: string, value: (receiver: string) => number): MetricFamily => ({
    ...{ name, type: 'gauge', help },
    samples: receivers.map(([receiver]) => ({ labels: { receiver }, value: value(receiver) })),
  });
  return [
    {
      name: 'winnow_notifications_total',
      type: 'counter',
      help: 'Notifications by receiver: delivered, retried (a post failed and is tried again), failed (refused for good), expired (given up).',
      samples: receivers.flatMap(([name, receiver]) => outcomesOf(name, receiver)),
    },
    gauge(
      'winnow_notifications_pending',
      'Notifications that are to be sent.',
      (name) => laneOf(state, name).waiting.size,
    ),
    gauge('winnow_notifications_oldest_pending_seconds', 'How long the oldest of them has waited.', (name) =>
      oldestOf(state, name),
    ),
  ];
}

function outcomesOf(receiver: string, { delivered, retried, refused, expired }: Receiver): MetricSample[] {
  const counts = { delivered, retried, failed: refused, expired };
  return Object.entries(counts).map(([outcome, value]) => ({ labels: { receiver, outcome }, value }));
}

function oldestOf(state: State, name: string): number {
  const now = nowOf(state);
  const ages = [...laneOf(state, name).waiting].map((key) => now - (tellingOf(state, name, key)?.waitingSince ?? now));
  return Math.round(ages.reduce((oldest, age) => Math.max(oldest, age), 0) / 1000);
}

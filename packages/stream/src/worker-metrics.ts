// What workers show on /metrics: how many asks wait, how many are carried out, and what came of them.
import type { LookupStatus, MetricFamily } from '@winnow/contracts';
import type { WorkerFigures } from './worker.ts';

/** Of all workers of a process, whichever partitions they have. */
export function workerMetrics(figures: readonly WorkerFigures[]): readonly MetricFamily[] {
  const byName = [...Map.groupBy(figures, ({ name }) => name)];
  const sums = (of: (each: WorkerFigures) => number) =>
    byName.map(([worker, all]) => ({ labels: { worker }, value: all.reduce((sum, each) => sum + of(each), 0) }));
  const statuses = new Set(figures.flatMap(({ answered }) => Object.keys(answered) as LookupStatus[]));
  return [
    {
      name: 'winnow_asks_open',
      type: 'gauge',
      help: 'Look-ups and investigations that have no answer yet.',
      samples: sums(({ open }) => open),
    },
    {
      name: 'winnow_asks_running',
      type: 'gauge',
      help: 'Look-ups and investigations that are carried out now.',
      samples: sums(({ running }) => running),
    },
    {
      name: 'winnow_asks_answered_total',
      type: 'counter',
      help: 'Look-ups and investigations that were answered, by what came of them.',
      samples: [...statuses].sort().flatMap((status) =>
        sums(({ answered }) => answered[status] ?? 0).map(({ labels, value }) => ({
          labels: { ...labels, status },
          value,
        })),
      ),
    },
  ];
}

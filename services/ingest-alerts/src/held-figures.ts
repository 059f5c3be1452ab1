// What was refused because its cluster was over its budget, for /metrics.
import {
  type LoadRank,
  loadRanks,
  type MetricSample,
  type RankCounts,
  type ReadMetrics,
  type Source,
} from '@winnow/contracts';
import { boundNames } from '@winnow/stream';

/** Of one cluster and source. */
export interface Held {
  readonly cluster: string;
  readonly source: Source;
  /** How many of its items were not taken, and of how many. */
  readonly count: number;
  readonly of: number;
  readonly byRank: RankCounts;
  /** Seconds. */
  readonly retryAfter: number;
}

export interface HeldFigures {
  note(held: readonly Held[]): void;
  readonly readMetrics: ReadMetrics;
}

interface Cell {
  readonly source: Source;
  readonly cluster: string;
  readonly rank: LoadRank;
  count: number;
}

export function createHeldFigures(): HeldFigures {
  const nameOf = boundNames();
  const cells = new Map<string, Cell>();

  function add(source: Source, cluster: string, rank: LoadRank, count: number): void {
    const key = JSON.stringify([source, cluster, rank]);
    const cell = cells.get(key) ?? { source, cluster, rank, count: 0 };
    cell.count += count;
    cells.set(key, cell);
  }

  return {
    note(held) {
      for (const { source, cluster, byRank } of held) {
        const name = nameOf(cluster);
        for (const rank of loadRanks) if (byRank[rank] > 0) add(source, name, rank, byRank[rank]);
      }
    },
    readMetrics: () => [
      {
        name: 'winnow_refused_items_total',
        type: 'counter',
        help: 'Items that were refused because their cluster was over its budget: their senders still own them.',
        samples: [...cells.values()].map(({ count, ...labels }): MetricSample => ({ labels, value: count })),
      },
    ],
  };
}

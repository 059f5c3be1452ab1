// Records that each stage has read and put out since the start, for /metrics.
import type { StageFigures } from '@winnow/api';
import type { CommitInfo } from '@winnow/stream';

export interface StageCounters {
  committed(info: CommitInfo): void;
  list(): readonly StageFigures[];
}

export function createStageCounters(): StageCounters {
  const figures = new Map<string, { stage: string; partition: number; received: number; emitted: number }>();
  return {
    committed({ stage, partition, records, emitted }) {
      const key = `${stage}/${partition}`;
      const cell = figures.get(key) ?? { stage, partition, received: 0, emitted: 0 };
      cell.received += records;
      cell.emitted += emitted.length;
      figures.set(key, cell);
    },
    list: () => [...figures.values()],
  };
}

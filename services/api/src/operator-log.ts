// Operators' acts go into the log like any arrival, and are answered when this reader has folded them: who asks next sees them.
import { ALL_CLUSTERS, type Envelope, type OperatorItem, partitionOf, topics } from '@winnow/contracts';
import type { EventLog, NewRecord } from '@winnow/stream';
import type { Owned } from './core/view.ts';

export interface OperatorLog {
  /**
   * Appends acts as one arrival. Resolves when they are durable and folded by this reader.
   * @param of whose they are: of the installation's own tenant where absent; of every cluster where none is named, and then written into
   * every partition.
   * @throws LogUnavailable where the log cannot be written: nothing of it was taken.
   */
  append(items: readonly OperatorItem[], of?: Partial<Owned>): Promise<void>;
}

export interface OperatorLogOptions {
  readonly log: EventLog;
  readonly partitions: number;
  readonly tenant: string;
  /** Milliseconds. */
  now(): number;
  /** Resolves when observations have been folded up to and including this offset. */
  folded(partition: number, offset: number): Promise<void>;
}

export function createOperatorLog({ log, partitions, now, folded, ...own }: OperatorLogOptions): OperatorLog {
  return {
    async append(items, { tenant = own.tenant, cluster = ALL_CLUSTERS } = {}) {
      const at = new Date(now()).toISOString();
      const head = { schema: 1 as const, tenant, cluster, source: 'operator' as const, instance: 'api', at };
      const targets =
        cluster === ALL_CLUSTERS ? [...Array(partitions).keys()] : [partitionOf(tenant, cluster, partitions)];
      const records = targets.map((partition) => recordOf({ ...head, items: [...items] }, partition));
      const offsets = await log.append(records);
      await Promise.all(offsets.map((offset, at) => folded(targets[at] ?? 0, offset)));
    },
  };
}

function recordOf(value: Envelope, partition: number): NewRecord<Envelope> {
  const headers = {
    ce_specversion: '1.0',
    ce_type: 'observation',
    ce_source: value.source,
    'content-type': 'application/json',
  };
  return { topic: topics.observations.name, partition, key: value.cluster, headers, value };
}

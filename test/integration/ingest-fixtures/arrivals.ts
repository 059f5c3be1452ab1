// What lies in winnow.observations, of all partitions.
import type { Envelope } from '@winnow/contracts';
import type { KafkaLog } from '@winnow/kafka';

export interface Arrivals {
  readonly list: readonly Envelope[];
  /** By cluster, or of one. */
  of(cluster: string): readonly Envelope[];
  close(): Promise<void>;
}

export function followArrivals(log: KafkaLog, partitions: number): Arrivals {
  const list: Envelope[] = [];
  const subscriptions = Array.from({ length: partitions }, (_, partition) =>
    log.subscribe({ topic: 'winnow.observations', partition, from: 0 }, async (batch) => {
      for (const { value } of batch) list.push(value as Envelope);
    }),
  );
  return {
    list,
    of: (cluster) => list.filter((each) => each.cluster === cluster),
    async close() {
      await Promise.all(subscriptions.map((each) => each.close()));
    },
  };
}

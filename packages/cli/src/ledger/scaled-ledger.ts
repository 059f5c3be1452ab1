// The ledger of a Winnow on Kafka and Redis: the committed cells of all partitions, and what lies in Kafka behind their offsets.
import { type Envelope, type Source, type TopicName, topics } from '@winnow/contracts';
import type { KafkaReader, PartitionInfo } from '@winnow/kafka';
import type { Committed, ReadCommitted } from '@winnow/redis';
import type { LedgerReading } from '@winnow/sqlite';
import { openLedger } from '@winnow/stream';

export interface ScaledLedger {
  readonly reader: Pick<KafkaReader, 'partitions' | 'read'>;
  readonly readCommitted: ReadCommitted;
}

// The stage that keeps the ledger of items, and the topic that it reads them from.
const keeper = 'signals';
const arrivals: TopicName = topics.observations.name;

/**
 * Nothing is claimed. Offsets are read before the ends of the log, so every item that had arrived when it was called is told: in the
 * ledger or as pending. Of an arrival that was forwarded twice both count as pending, until `signals` drops the second.
 * @throws LogUnavailable, StateDamaged, StateNewer
 */
export async function readScaledLedger({ reader, readCommitted }: ScaledLedger): Promise<LedgerReading> {
  const known = await reader.partitions([arrivals]);
  const committed = await Promise.all(known.map(({ partition }) => readCommitted(keeper, partition)));
  const ledger = openLedger([]);
  for (const each of committed) ledger.add(each?.ledger ?? []);
  const ends = await reader.partitions([arrivals]);
  const pending: Partial<Record<Source, number>> = {};
  for (const [at, end] of ends.entries()) await countPending(reader, end, committed[at], pending);
  return { cells: ledger.cells(), pending };
}

/** Counts in place: it costs a read of all that is pending. */
async function countPending(
  reader: ScaledLedger['reader'],
  end: PartitionInfo,
  committed: Committed | undefined,
  pending: Partial<Record<Source, number>>,
): Promise<void> {
  const from = Math.max(committed?.offsets[arrivals] ?? 0, end.first);
  for await (const { value } of reader.read(end, from, end.next)) {
    const { source, items } = (value ?? {}) as Partial<Envelope>;
    if (source && items && items.length > 0) pending[source] = (pending[source] ?? 0) + items.length;
  }
}

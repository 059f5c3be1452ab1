// The ledger of a Winnow on Kafka and Redis: the committed cells of all partitions, and what lies in Kafka behind their offsets.
import { type Envelope, type Source, type TopicName, topics } from '@winnow/contracts';
import { type KafkaReader, LogTruncated, type PartitionInfo } from '@winnow/kafka';
import type { ReadCommitted } from '@winnow/redis';
import type { LedgerReading } from '@winnow/sqlite';
import { openLedger } from '@winnow/stream';

export interface ScaledLedger {
  readonly reader: Pick<KafkaReader, 'partitions' | 'read'>;
  readonly readCommitted: ReadCommitted;
}

export interface ScaledReading extends LedgerReading {
  /** Records that retention removed before `signals` had read them; nobody can tell what was in them. */
  readonly overtaken: number;
}

// The stage that keeps the ledger of items, and the topic that it reads them from.
const keeper = 'signals';
const arrivals: TopicName = topics.observations.name;

/**
 * Nothing is claimed. Offsets are read before the ends of the log, so every item that had arrived when it was called is told: in the
 * ledger or as pending. Of an arrival that was forwarded twice both count as pending, until `signals` drops the second.
 * @throws LogUnavailable, StateDamaged, StateNewer; LogTruncated where the log ends before what was read of it
 */
export async function readScaledLedger({ reader, readCommitted }: ScaledLedger): Promise<ScaledReading> {
  const known = await reader.partitions([arrivals]);
  const committed = await Promise.all(known.map(({ partition }) => readCommitted(keeper, partition)));
  const ledger = openLedger([]);
  for (const each of committed) ledger.add(each?.ledger ?? []);
  const ends = await reader.partitions([arrivals]);
  const pending: Partial<Record<Source, number>> = {};
  let overtaken = 0;
  for (const [at, end] of ends.entries()) {
    const offset = committed[at]?.offsets[arrivals] ?? (committed[at] ? 0 : end.first);
    if (offset > end.next) throw truncated(end, offset);
    overtaken += Math.max(0, end.first - offset);
    await countPending(reader, end, Math.max(offset, end.first), pending);
  }
  return { cells: ledger.cells(), pending, overtaken };
}

/** Counts in place: it costs a read of all that is pending. */
async function countPending(
  reader: ScaledLedger['reader'],
  end: PartitionInfo,
  from: number,
  pending: Partial<Record<Source, number>>,
): Promise<void> {
  for await (const { value } of reader.read(end, from, end.next)) {
    const { source, items } = (value ?? {}) as Partial<Envelope>;
    if (source && items && items.length > 0) pending[source] = (pending[source] ?? 0) + items.length;
  }
}

function truncated({ topic, partition, next }: PartitionInfo, offset: number): LogTruncated {
  return new LogTruncated(
    `${topic}/${partition} ends at ${next}, and ${keeper} has read up to ${offset}: the log has lost records, or Redis holds the state of another one. To do: name the Kafka and the Redis that belong together.`,
  );
}

// What a former owner of a partition may still write, long after its partition was taken over: the records of its last commits, which
// the new owner has found unsettled and published in its place. Readers drop them by their seq. Compaction does not know a seq: it keeps
// what was written last, and that would be the older record. So the new owner follows the few keys that this can happen to, and where an
// older record lands behind a newer one, it writes the newer one once more.
import { isCompacted } from '@winnow/contracts';
import type { EventLog, Subscription } from './ports.ts';
import { readRecord } from './read-record.ts';
import type { LogRecord, NewRecord } from './records.ts';

export interface LateWrites {
  close(): Promise<void>;
}

interface Latest {
  readonly seq: number;
  readonly offset: number;
}

/** To be called before the unsettled records are published. @throws LogUnavailable */
export async function watchLateWrites(log: EventLog, unsettled: readonly NewRecord[]): Promise<LateWrites> {
  const endangered = unsettled.filter(({ topic }) => isCompacted(topic));
  const places = Map.groupBy(endangered, ({ topic, partition }) => `${topic}/${partition}`);
  const subscriptions = await Promise.all([...places.values()].map((records) => watchPlace(log, records)));
  return {
    async close() {
      await Promise.all(subscriptions.map((each) => each.close()));
    },
  };
}

async function watchPlace(log: EventLog, records: readonly NewRecord[]): Promise<Subscription> {
  const { topic, partition } = records[0] as NewRecord;
  const keys = new Set(records.map(nameOf));
  const latest = new Map<string, Latest>();

  async function look(record: LogRecord): Promise<void> {
    const name = nameOf(record);
    if (!keys.has(name)) return;
    const seq = Number(record.headers.seq);
    const newest = latest.get(name);
    if (!newest || seq >= newest.seq) latest.set(name, { seq, offset: record.offset });
    else await writeAgain(newest);
  }

  async function writeAgain({ offset }: Latest): Promise<void> {
    const record = await readRecord(log, { topic, partition, offset });
    if (!record) return;
    const { key, headers, value } = record;
    await log.append([{ topic, partition, key, headers, value }]);
  }

  const subscription = log.subscribe({ topic, partition, from: await log.end(topic, partition) }, async (batch) => {
    for (const record of batch) await look(record);
  });
  // What a log that cannot be read means for the partition is for the stage's own subscriptions to say.
  subscription.done.catch(() => undefined);
  return subscription;
}

/** Whose record of what: seqs of other producers say nothing. */
const nameOf = ({ key, headers }: Pick<NewRecord, 'key' | 'headers'>) => `${headers.producer} ${key}`;

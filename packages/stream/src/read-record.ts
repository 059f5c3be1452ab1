// Reads one record of a log that knows subscriptions only.
import type { TopicName } from '@winnow/contracts';
import type { EventLog } from './ports.ts';
import type { LogRecord } from './records.ts';

export interface RecordPosition {
  readonly topic: TopicName;
  readonly partition: number;
  readonly offset: number;
}

export interface ReadRecord {
  /** Rejects when it is given. */
  readonly signal?: AbortSignal;
  /** Milliseconds after which a record that does not come is taken to be gone; without end where absent. */
  readonly patience?: number;
}

/** The record at this offset; undefined where compaction or retention has taken it, or patience has ended. */
export async function readRecord(
  log: EventLog,
  { topic, partition, offset }: RecordPosition,
  { signal, patience }: ReadRecord = {},
): Promise<LogRecord | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<LogRecord | undefined>();
  const timer = patience === undefined ? undefined : setTimeout(() => resolve(undefined), patience);
  const abort = () => reject(new Error(`cancelled while offset ${offset} of ${topic} was being read`));
  signal?.addEventListener('abort', abort, { once: true });
  const wanted = { topic, partition, from: offset, maxBatch: 1, passing: true };
  const subscription = log.subscribe(wanted, async ([record]) => {
    // What comes after it stands for it: then it is gone itself.
    if (record) resolve(record.offset === offset ? record : undefined);
  });
  subscription.done.catch(reject);
  if (signal?.aborted) abort();
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    await subscription.close();
  }
}

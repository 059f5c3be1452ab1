// Reads one record of a log that knows subscriptions only.
import type { TopicName } from '@winnow/contracts';
import type { EventLog, LogRecord } from '@winnow/stream';

/** The record at this offset, or the next one where compaction has taken it; waits where there is none yet. */
export async function readRecord(
  log: EventLog,
  position: { readonly topic: TopicName; readonly partition: number; readonly offset: number },
  signal: AbortSignal,
): Promise<LogRecord> {
  const { promise, resolve, reject } = Promise.withResolvers<LogRecord>();
  const { topic, partition, offset } = position;
  const subscription = log.subscribe(
    { topic, partition, from: offset, maxBatch: 1, passing: true },
    async ([record]) => {
      if (record) resolve(record);
    },
  );
  subscription.done.catch(reject);
  const abort = () => reject(new Error('cancelled while the dossier was being read'));
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', abort);
    await subscription.close();
  }
}

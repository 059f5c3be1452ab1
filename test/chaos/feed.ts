// Appends arrivals exactly once, whatever becomes of the broker meanwhile: where an answer is lost, the log is asked how far it is.
import type { Envelope } from '@winnow/contracts';
import type { KafkaLog } from '@winnow/kafka';
import { LogUnavailable, type NewRecord } from '@winnow/stream';

/** Records of one append. */
const CHUNK = 200;

export interface Feed {
  readonly log: KafkaLog;
  readonly records: readonly NewRecord<Envelope>[];
  /** Told how much is in the log, 0 to 1. Awaited: it may hold the feed up. */
  readonly onProgress?: (done: number) => Promise<void> | void;
}

/** A partition's records are one batch at the broker, so that all of them are there or none. The log was empty. */
export async function feed({ log, records, onProgress }: Feed): Promise<void> {
  const ends = new Map<number, number>();
  for (let at = 0; at < records.length; at += CHUNK) {
    const byPartition = Map.groupBy(records.slice(at, at + CHUNK), ({ partition }) => partition);
    for (const [partition, batch] of byPartition) {
      const end = (ends.get(partition) ?? 0) + batch.length;
      await appendOnce(log, batch, end);
      ends.set(partition, end);
    }
    await onProgress?.(Math.min(1, (at + CHUNK) / records.length));
  }
}

async function appendOnce(log: KafkaLog, batch: readonly NewRecord[], wanted: number): Promise<void> {
  const { topic, partition } = batch[0] as NewRecord;
  for (;;) {
    try {
      await log.append(batch);
      return;
    } catch (error) {
      if (!(error instanceof LogUnavailable)) throw error;
    }
    if ((await endOf(log, topic, partition)) === wanted) return;
  }
}

async function endOf(log: KafkaLog, topic: NewRecord['topic'], partition: number): Promise<number> {
  for (;;) {
    try {
      return await log.end(topic, partition);
    } catch (error) {
      if (!(error instanceof LogUnavailable)) throw error;
    }
  }
}

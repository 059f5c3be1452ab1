// Forwards the buffer to Kafka, in order, a batch at a time. A batch is tried until it is acknowledged, then its place is saved; what a
// crash between the two sends twice carries the same producer and seq, and readers count it once.
import { setTimeout as wait } from 'node:timers/promises';
import { type Envelope, topics } from '@winnow/contracts';
import { type EventLog, Fenced, type LogRecord, LogUnavailable, type NewRecord, StateDamaged } from '@winnow/stream';
import { observationRecord } from '../ingest/observation-record.ts';
import type { Buffer } from './buffer.ts';
import type { ForwardPlace } from './forward-place.ts';

export interface StartForward {
  readonly buffer: Pick<Buffer, 'sqlite' | 'synced'>;
  readonly place: ForwardPlace;
  /** `agent/<cluster>/<id>`. */
  readonly producer: string;
  readonly log: Pick<EventLog, 'append'>;
  /** Of winnow.observations, as the brokers say. @throws LogUnavailable */
  readonly partitions: () => Promise<number>;
  /** Hears of a try that failed and is made again. */
  readonly onTrouble: (error: unknown) => void;
  /** Milliseconds before the first further try, doubled each time up to five seconds (250). */
  readonly firstPause?: number;
}

export interface Forward {
  /** The offset to be forwarded next. */
  readonly offset: number;
  /** When what waits for longest arrived; RFC 3339. Undefined where nothing is under way. */
  readonly oldestAt: string | undefined;
  /** Why it does not get on; undefined where it does. */
  readonly trouble: string | undefined;
  readonly forwarded: number;
  readonly failures: number;
  /** When Kafka took something last; RFC 3339. */
  readonly takenAt: string | undefined;
  /** Resolves when nothing is under way. */
  close(): Promise<void>;
  /** Rejects where it cannot go on. */
  readonly done: Promise<void>;
}

const LONGEST_PAUSE = 5_000;
/** Records in one batch: one round trip. */
const MOST = 500;

export function startForward(options: StartForward): Forward {
  const { buffer, place, producer, log, onTrouble, firstPause = 250 } = options;
  const aborter = new AbortController();
  const { signal } = aborter;
  let partitions: number | undefined;
  let oldestAt: string | undefined;
  let trouble: string | undefined;
  let forwarded = 0;
  let failures = 0;
  let takenAt: string | undefined;

  async function forward(batch: readonly LogRecord[]): Promise<void> {
    const [first, last] = [batch[0] as LogRecord<Envelope>, batch.at(-1) as LogRecord];
    oldestAt = first.value.at;
    await buffer.synced(last.offset);
    await insist(async () => {
      partitions ??= await known(options.partitions);
      await log.append(batch.map((record) => stamped(record as LogRecord<Envelope>, producer, partitions as number)));
    });
    takenAt = new Date().toISOString();
    await insist(() => place.advance(last.offset + 1));
    forwarded += batch.length;
    oldestAt = undefined;
  }

  /** Tries for as long as it takes: nobody else has these records. @throws once it was closed. */
  async function insist(act: () => Promise<void>): Promise<void> {
    for (let pause = firstPause; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      signal.throwIfAborted();
      try {
        await act();
        trouble = undefined;
        return;
      } catch (error) {
        if (error instanceof Fenced || error instanceof StateDamaged) throw error;
        failures++;
        trouble = error instanceof Error ? error.message : String(error);
        onTrouble(error);
        await wait(pause, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  const wanted = { topic: topics.observations.name, partition: 0, from: place.offset, maxBatch: MOST };
  const subscription = buffer.sqlite.log.subscribe(wanted, forward);
  const done = subscription.done.catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  done.catch(() => undefined);
  return {
    get offset() {
      return place.offset;
    },
    get oldestAt() {
      return oldestAt;
    },
    get trouble() {
      return trouble;
    },
    get forwarded() {
      return forwarded;
    },
    get failures() {
      return failures;
    },
    get takenAt() {
      return takenAt;
    },
    done,
    async close() {
      aborter.abort();
      await subscription.close();
    },
  };
}

/** As it was taken, in its cluster's partition. Local offsets grow, so they are the order of the producer in each partition. */
function stamped({ headers, offset, value }: LogRecord<Envelope>, producer: string, partitions: number): NewRecord {
  const record = observationRecord(value, partitions);
  return { ...record, headers: { ...headers, producer, seq: String(offset + 1) } };
}

async function known(partitions: () => Promise<number>): Promise<number> {
  const count = await partitions();
  if (count > 0) return count;
  throw new LogUnavailable(`${topics.observations.name} is not there yet: apply the topics`);
}

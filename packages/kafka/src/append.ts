// Group commit: what is appended while a batch is under way shares the next one.
import { LogUnavailable, type NewRecord } from '@winnow/stream';
import { failureOf, NoPartition } from './failures.ts';
import { type Prepared, prepare } from './messages.ts';
import { placeOf, type Sender } from './sender.ts';

export interface Appends {
  append(records: readonly NewRecord[]): Promise<readonly number[]>;
  /** Takes nothing more; resolves when what was taken has been sent or refused. */
  close(): Promise<void>;
}

interface Waiting {
  readonly records: readonly Prepared[];
  readonly bytes: number;
  readonly topics: string;
  readonly resolve: (offsets: readonly number[]) => void;
  readonly reject: (error: Error) => void;
}

// Below a topic's default limit of 1 MiB for one batch, so that appends that fit alone are never refused for their company.
const MAX_BYTES = 768 * 1024;
const MAX_RECORDS = 10_000;

export function createAppends(sender: Sender, brokers: string): Appends {
  const queue: Waiting[] = [];
  let sending: Promise<void> | undefined;
  let closed = false;

  async function drain(): Promise<void> {
    // What arrives with the same turn of the event loop goes together.
    await new Promise(setImmediate);
    while (queue.length > 0) await sendGroup(takeGroup(queue));
    sending = undefined;
  }

  async function sendGroup(group: readonly Waiting[]): Promise<void> {
    const batch = group.flatMap(({ records }) => records);
    try {
      const next = new Map(await sender.send(batch));
      for (const each of group) answer(each, next);
    } catch (error) {
      const failure = failureOf(error, `${group[0]?.topics} at ${brokers} could not be appended to`);
      for (const { reject } of group) reject(failure);
    }
  }

  return {
    append(records) {
      if (records.length === 0) return Promise.resolve([]);
      if (closed) return Promise.reject(new LogUnavailable(`The log at ${brokers} is closed.`));
      return new Promise((resolve, reject) => {
        queue.push({ ...weigh(records.map(prepare)), resolve, reject });
        sending ??= drain();
      });
    },
    async close() {
      closed = true;
      await sending;
    },
  };
}

function weigh(records: readonly Prepared[]): Pick<Waiting, 'records' | 'bytes' | 'topics'> {
  const topics = [...new Set(records.map(({ topic }) => topic))].sort().join(', ');
  return { records, bytes: records.reduce((sum, each) => sum + each.bytes, 0), topics };
}

/** The next appends that are to the same topics: what a broker refuses for good, such as a topic, then concerns all of them. */
function takeGroup(queue: Waiting[]): Waiting[] {
  const { topics } = queue[0] as Waiting;
  let bytes = 0;
  let records = 0;
  let count = 0;
  for (; count < queue.length; count++) {
    const next = queue[count] as Waiting;
    bytes += next.bytes;
    records += next.records.length;
    if (count > 0 && (next.topics !== topics || bytes > MAX_BYTES || records > MAX_RECORDS)) break;
  }
  return queue.splice(0, count);
}

function takeOffset(next: Map<string, number>, place: string): number {
  const offset = next.get(place) as number;
  next.set(place, offset + 1);
  return offset;
}

/** @param next the offset that the next record of each partition has; moved on. */
function answer({ records, resolve, reject }: Waiting, next: Map<string, number>): void {
  const missing = records.find((record) => !next.has(placeOf(record)));
  // kafkajs leaves out what belongs to a partition that it does not know.
  if (missing) reject(new NoPartition(`${missing.topic} has no partition ${missing.partition}: apply the topics.`));
  else resolve(records.map((record) => takeOffset(next, placeOf(record))));
}

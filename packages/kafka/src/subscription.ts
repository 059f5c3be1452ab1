// Delivers one partition to one handler, and fetches the next page while it works.
import type { LogRecord, Subscribe, Subscription } from '@winnow/stream';
import { failureOf } from './failures.ts';
import type { Page, PartitionReader } from './partition-reader.ts';
import { orAborted, persist } from './patience.ts';

/** Where a subscription stands: what tells one that works from one that is stuck. */
export interface Progress extends Pick<Subscribe, 'topic' | 'partition'> {
  /** The offset to be handled next. */
  readonly position: number;
  /** How many offsets it is behind the end, as last heard. */
  readonly lag: number;
  /** Milliseconds for which it has been behind without handling anything; 0 where it is not behind. */
  readonly stuckFor: number;
  /** Milliseconds since the broker last answered. */
  readonly silentFor: number;
  /** What keeps it from reading; absent where nothing does. */
  readonly trouble?: string;
}

export interface ActiveSubscription extends Subscription {
  progress(): Progress;
}

type OnBatch = (batch: readonly LogRecord[]) => Promise<void>;

export function startSubscription(wanted: Subscribe, reader: PartitionReader, onBatch: OnBatch): ActiveSubscription {
  const { topic, partition, from, maxBatch = 1000 } = wanted;
  const aborter = new AbortController();
  const { signal } = aborter;
  let position = from;
  let end = from;
  let heardAt = performance.now();
  let progressAt = heardAt;
  let trouble: string | undefined;

  async function read(at: number): Promise<Page> {
    const told = (error: unknown) => failureOf(error, `${topic}/${partition} cannot be read`);
    const onTrouble = (error: unknown) => {
      trouble = told(error).message;
    };
    const page = await persist(() => reader.read(at), { signal, onTrouble }).catch((error: unknown) => {
      throw told(error);
    });
    trouble = undefined;
    heardAt = performance.now();
    // The time at the end is no time without progress.
    if (position >= end) progressAt = heardAt;
    end = page.end;
    return page;
  }

  async function handle(page: Page): Promise<void> {
    for (let at = 0; at < page.records.length && !signal.aborted; at += maxBatch) {
      const batch = page.records.slice(at, at + maxBatch);
      await onBatch(batch);
      moveTo((batch.at(-1) as LogRecord).offset + 1);
    }
    if (!signal.aborted) moveTo(page.next);
  }

  function moveTo(next: number): void {
    if (next > position) progressAt = performance.now();
    position = next;
  }

  async function deliver(): Promise<void> {
    let coming = ahead(read(from));
    while (!signal.aborted) {
      const page = await orAborted(coming, signal);
      if (!page) return;
      coming = ahead(read(page.next));
      await handle(page);
    }
  }

  async function run(): Promise<void> {
    try {
      await deliver();
    } finally {
      aborter.abort();
      void reader.close();
    }
  }

  const done = run();
  // Whoever looks at `done` hears of a failure; that nobody looks is no reason to end the process here.
  done.catch(() => undefined);
  return {
    done,
    progress() {
      const now = performance.now();
      const lag = Math.max(0, end - position);
      const stuckFor = lag > 0 ? now - progressAt : 0;
      return { topic, partition, position, lag, stuckFor, silentFor: now - heardAt, ...(trouble && { trouble }) };
    },
    async close() {
      aborter.abort();
      await done.catch(() => undefined);
    },
  };
}

/** It is awaited later: until then its failure is nobody's. */
function ahead<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

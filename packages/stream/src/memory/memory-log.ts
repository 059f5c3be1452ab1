// The log in memory: the twin that tests, replays and one-off diagnoses run on.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isCompacted } from '@winnow/contracts';
import type { LocalLog, Subscribe, Subscription } from '../ports.ts';
import type { LogRecord, NewRecord } from '../records.ts';
import { createMemoryPartition, type MemoryPartition, type Reader, type Trim } from './memory-partition.ts';

export interface MemoryLog extends LocalLog {
  /** Appends at once: for a store that publishes in its own transaction. */
  appendNow(records: readonly NewRecord[]): readonly number[];
  /** What the log holds of a topic's partition now. */
  records(topic: NewRecord['topic'], partition: number): readonly LogRecord[];
  /** How many records were ever appended. */
  readonly appended: number;
}

export interface MemoryLogOptions {
  /**
   * Forgets what every subscription has handled: in topics kept by time all of it, in compacted ones what a later record of the key
   * replaces. A later subscription begins at what is left.
   */
  readonly trim?: boolean;
}

/** An empty log. Values are kept as JSON text, so that nobody's later changes reach what was appended. */
export function createMemoryLog({ trim = false }: MemoryLogOptions = {}): MemoryLog {
  const partitions = new Map<string, MemoryPartition>();
  const readers = new Set<ActiveReader>();
  let waiting: (() => void)[] = [];
  let appended = 0;

  const trimOf = (topic: NewRecord['topic']): Trim => {
    if (!trim) return 'nothing';
    return isCompacted(topic) ? 'replaced' : 'handled';
  };

  function partitionOf(topic: NewRecord['topic'], partition: number): MemoryPartition {
    const name = `${topic}/${partition}`;
    const known = partitions.get(name);
    if (known) return known;
    const created = createMemoryPartition(topic, partition, trimOf(topic));
    partitions.set(name, created);
    return created;
  }

  const isIdle = () => [...readers].every((reader) => reader.isIdle());

  function noteProgress(): void {
    if (waiting.length === 0 || !isIdle()) return;
    const resolved = waiting;
    waiting = [];
    for (const resolve of resolved) resolve();
  }

  function appendNow(records: readonly NewRecord[]): readonly number[] {
    // All values are written out first, so that one that cannot be leaves nothing behind.
    const texts = records.map((record) => JSON.stringify(record.value ?? null));
    const offsets = records.map((record, at) =>
      partitionOf(record.topic, record.partition).add(record, texts[at] as string),
    );
    appended += records.length;
    for (const reader of readers) reader.wake();
    return offsets;
  }

  function subscribe(wanted: Subscribe, onBatch: (batch: readonly LogRecord[]) => Promise<void>): Subscription {
    const source = partitionOf(wanted.topic, wanted.partition);
    const reader = startReader(
      source,
      source.open(wanted.from, wanted.passing),
      wanted.maxBatch ?? 1000,
      onBatch,
      noteProgress,
    );
    readers.add(reader);
    const leave = () => {
      readers.delete(reader);
      noteProgress();
    };
    reader.done.then(leave, leave);
    return { close: reader.close, done: reader.done };
  }

  return {
    append: async (records) => appendNow(records),
    appendNow,
    subscribe,
    end: async (topic, partition) => partitionOf(topic, partition).end,
    idle: () => (isIdle() ? Promise.resolve() : new Promise<void>((resolve) => waiting.push(resolve))),
    records: (topic, partition) => partitionOf(topic, partition).all(),
    get appended() {
      return appended;
    },
  };
}

interface ActiveReader extends Subscription {
  wake(): void;
  isIdle(): boolean;
}

function startReader(
  source: MemoryPartition,
  reader: Reader,
  maxBatch: number,
  onBatch: (batch: readonly LogRecord[]) => Promise<void>,
  onProgress: () => void,
): ActiveReader {
  let closed = false;
  let wakeUp: (() => void) | undefined;
  const hasMore = () => source.end > reader.position;

  async function deliver(): Promise<void> {
    while (!closed) {
      // Others get their turn between batches: a long replay must not hold up the event loop.
      await nextTurn();
      if (closed) return;
      if (hasMore()) await handleNext();
      else await sleep();
    }
  }

  async function handleNext(): Promise<void> {
    const batch = source.read(reader.position, maxBatch);
    await onBatch(batch);
    reader.advance((batch.at(-1) as LogRecord).offset + 1);
  }

  function sleep(): Promise<void> {
    onProgress();
    return new Promise((resolve) => {
      wakeUp = resolve;
      if (hasMore() || closed) resolve();
    });
  }

  const done = deliver().finally(() => reader.leave());
  // Whoever looks at `done` hears of a failure; that nobody looks is no reason to end the process here.
  done.catch(() => undefined);
  return {
    done,
    wake: () => wakeUp?.(),
    isIdle: () => !hasMore(),
    async close() {
      closed = true;
      wakeUp?.();
      await done.catch(() => undefined);
    },
  };
}

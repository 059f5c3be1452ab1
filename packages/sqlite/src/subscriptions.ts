// Delivers records to the subscribers of this process, and knows when all of them have handled all there is.
import type { LogRecord, Subscribe, Subscription } from '@winnow/stream';
import { logKey } from './heads.ts';

export interface Subscriptions {
  subscribe(wanted: Subscribe, onBatch: (batch: readonly LogRecord[]) => Promise<void>): Subscription;
  /** New records may be there, in these logs. */
  wake(logs: readonly string[]): void;
  /** Resolves when every subscription has handled every record. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** What the subscriptions need to know of the log. */
export interface LogEnd {
  /** From an offset on, at most so many. */
  read(wanted: Subscribe, from: number, limit: number): readonly LogRecord[];
  /** The offset that the next record will have. */
  next(wanted: Subscribe): number;
  /** Whether appends are under way. */
  busy(): boolean;
}

interface Reader {
  readonly log: string;
  readonly wake: () => void;
  readonly caughtUp: () => boolean;
  readonly subscription: Subscription;
}

const defaultBatch = 1_000;

export function createSubscriptions(log: LogEnd): Subscriptions {
  const readers = new Set<Reader>();
  let waitingForIdle: (() => void)[] = [];

  function tellIdle(): void {
    if (waitingForIdle.length === 0 || log.busy()) return;
    for (const reader of readers) if (!reader.caughtUp()) return;
    const told = waitingForIdle;
    waitingForIdle = [];
    for (const tell of told) tell();
  }

  return {
    subscribe(wanted, onBatch) {
      const reader = startReader(log, wanted, onBatch, tellIdle);
      readers.add(reader);
      const forget = () => {
        readers.delete(reader);
        tellIdle();
      };
      reader.subscription.done.then(forget, forget);
      return reader.subscription;
    },
    wake(logs) {
      for (const reader of readers) if (logs.includes(reader.log)) reader.wake();
      tellIdle();
    },
    idle() {
      return new Promise((resolve) => {
        waitingForIdle.push(resolve);
        setImmediate(tellIdle);
      });
    },
    async close() {
      await Promise.allSettled([...readers].map((reader) => reader.subscription.close()));
      tellIdle();
    },
  };
}

function startReader(
  log: LogEnd,
  wanted: Subscribe,
  onBatch: (batch: readonly LogRecord[]) => Promise<void>,
  onCaughtUp: () => void,
): Reader {
  let position = wanted.from;
  let handling = false;
  let closed = false;
  let wake = () => {};

  const caughtUp = () => closed || (!handling && position >= log.next(wanted));

  async function deliver(batch: readonly LogRecord[]): Promise<void> {
    handling = true;
    await onBatch(batch);
    handling = false;
    position = batch.at(-1)!.offset + 1;
  }

  async function run(): Promise<void> {
    while (!closed) {
      const batch = log.read(wanted, position, wanted.maxBatch ?? defaultBatch);
      if (batch.length === 0) {
        // What retention has removed is not there to be handled.
        position = Math.max(position, log.next(wanted));
        onCaughtUp();
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      } else await deliver(batch);
      // A handler that resolves at once must not keep timers and sockets from their turn.
      await nextTurn();
    }
  }

  const done = nextTurn().then(run);
  // Whoever started it may look at `done` much later; a failure is told there, not as an unhandled rejection.
  done.catch(() => {});
  return {
    log: logKey(wanted.topic, wanted.partition),
    wake: () => wake(),
    caughtUp,
    subscription: {
      done,
      async close() {
        closed = true;
        wake();
        await done.catch(() => {});
      },
    },
  };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

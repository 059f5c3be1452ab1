// One transaction, and one sync, for all that is asked for at about the same time.
import type { DatabaseSync } from 'node:sqlite';
import { LogUnavailable, StateDamaged } from '@winnow/stream';
import { failureOf } from './failures.ts';
import type { Head, Heads } from './heads.ts';
import type { LogSync } from './syncing.ts';

export interface GroupCommit {
  /**
   * Runs a write within the next transaction; resolves with its result after that, where it is to be acknowledged after a sync. `weight` is about how many bytes it writes.
   */
  run<T>(need: 'acknowledged' | 'derived', write: () => T, weight?: number): Promise<T>;
  /** Runs a write of a sweep at once, in a transaction of its own. */
  runNow<T>(write: () => T): T;
  /** How many writes are waiting for their transaction or its sync. */
  waiting(): number;
  /** Makes writes wait until what it returns is called. */
  hold(): () => void;
  /** Commits and syncs what is waiting and takes nothing more. */
  close(): Promise<void>;
}

export interface CommitObserver {
  /** Called after each attempt, with the logs that have grown by it. */
  readonly onGrowth: (grown: readonly Readonly<Head>[]) => void;
  /** Nothing of the transaction that was open has happened. */
  readonly onUndo: () => void;
  /** Records of these logs may have been removed. */
  readonly onSwept?: (swept: readonly Readonly<Head>[]) => void;
  /** About so many bytes have been committed. */
  readonly onWritten?: (bytes: number) => void;
}

interface Waiting {
  readonly need: 'acknowledged' | 'derived';
  readonly write: () => unknown;
  readonly weight: number;
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

interface Done extends Waiting {
  readonly result: unknown;
}

// A transaction holds up the thread: what is more than this waits for the next one.
const maxWeight = 2 * 1024 * 1024;
const weightOfOne = 200;

/** @param sync what acknowledged writes wait for, after their transaction; absent where they need not be on the disk. */
export function createGroupCommit(
  db: DatabaseSync,
  file: string,
  heads: Heads,
  { onGrowth, onUndo, onSwept, onWritten }: CommitObserver,
  sync?: LogSync,
): GroupCommit {
  let queue: Waiting[] = [];
  /** Committed, to be covered by the next sync. */
  let unsynced: Done[] = [];
  let syncing: Promise<void> | undefined;
  let holds = 0;
  let closed = false;

  /** All of the writes, or none. */
  function transact(writes: readonly (() => unknown)[]): unknown[] {
    try {
      db.exec('BEGIN IMMEDIATE');
      const results = writes.map((write) => write());
      heads.write();
      db.exec('COMMIT');
      return results;
    } catch (error) {
      heads.undo();
      onUndo();
      // SQLite itself has ended the transaction after some failures, such as a full disk.
      if (db.isTransaction) db.exec('ROLLBACK');
      throw failureOf(error, file);
    }
  }

  function commit(group: readonly Waiting[]): void {
    try {
      const results = transact(group.map((each) => each.write));
      const grown = heads.keep();
      group.forEach((each, index) => {
        settle(each, results[index]);
      });
      if (unsynced.length > 0) syncSoon();
      onGrowth(grown);
      onWritten?.(group.reduce((sum, each) => sum + each.weight, 0));
    } catch (error) {
      refuse(group, error as Error);
    }
  }

  function settle(each: Waiting, result: unknown): void {
    if (sync && each.need === 'acknowledged') unsynced.push({ ...each, result });
    else each.resolve(result as never);
  }

  /** One sync at a time: what is committed meanwhile shares the next one. */
  function syncSoon(): void {
    if (syncing || !sync) return;
    const covered = unsynced;
    unsynced = [];
    syncing = acknowledge(covered, sync).then(() => {
      syncing = undefined;
      if (unsynced.length > 0) syncSoon();
      onGrowth([]);
    });
  }

  // Where one write of the group is at fault, the others are not to suffer for it.
  function refuse(group: readonly Waiting[], error: Error): void {
    const concernsAll = error instanceof LogUnavailable || error instanceof StateDamaged;
    if (group.length > 1 && !concernsAll) {
      for (const each of group) commit([each]);
      return;
    }
    for (const each of group) each.reject(error);
    onGrowth([]);
  }

  function flush(): void {
    if (queue.length === 0 || (holds > 0 && !closed)) return;
    commit(takeGroup());
    if (queue.length > 0) setImmediate(flush);
  }

  function takeGroup(): Waiting[] {
    let weight = 0;
    let count = 0;
    while (count < queue.length && weight < maxWeight) weight += queue[count++]!.weight;
    const group = queue.slice(0, count);
    queue = queue.slice(count);
    return group;
  }

  return {
    run(need, write, weight = 0) {
      if (closed) return Promise.reject(new LogUnavailable(`${file} is closed.`));
      return new Promise((resolve, reject) => {
        queue.push({ need, write, weight: weight + weightOfOne, resolve, reject });
        // What arrives with the same turn of the event loop has been queued when immediates run.
        if (queue.length === 1) setImmediate(flush);
      });
    },
    runNow(write) {
      const [result] = transact([write]);
      const swept = heads.changing();
      onGrowth(heads.keep());
      onSwept?.(swept);
      return result as ReturnType<typeof write>;
    },
    hold() {
      holds += 1;
      return () => {
        holds -= 1;
        flush();
      };
    },
    waiting: () => queue.length + unsynced.length + (syncing ? 1 : 0),
    async close() {
      closed = true;
      while (queue.length > 0) flush();
      while (syncing) await syncing;
      sync?.close();
    },
  };
}

async function acknowledge(covered: readonly Done[], sync: LogSync): Promise<void> {
  try {
    await sync.run();
    for (const { resolve, result } of covered) resolve(result as never);
  } catch (error) {
    for (const { reject } of covered) reject(error as Error);
  }
}

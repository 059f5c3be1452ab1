// One transaction, and one sync, for all that is asked for at about the same time.
import type { DatabaseSync } from 'node:sqlite';
import { LogUnavailable, StateDamaged } from '@winnow/stream';
import { failureOf } from './failures.ts';
import type { Head, Heads } from './heads.ts';
import type { Need } from './syncing.ts';

export interface GroupCommit {
  /** Runs a write within the next transaction; resolves with its result after that. `weight` is about how many bytes it writes. */
  run<T>(need: 'acknowledged' | 'derived', write: () => T, weight?: number): Promise<T>;
  /** Runs a write of a sweep at once, in a transaction of its own. */
  runNow<T>(write: () => T): T;
  /** How many writes are waiting. */
  waiting(): number;
  /** Commits what is waiting and takes nothing more. */
  close(): void;
}

export interface CommitObserver {
  /** Called after each attempt, with the logs that have grown by it. */
  readonly onGrowth: (grown: readonly Readonly<Head>[]) => void;
  /** Nothing of the transaction that was open has happened. */
  readonly onUndo: () => void;
}

interface Waiting {
  readonly need: Need;
  readonly write: () => unknown;
  readonly weight: number;
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

// A transaction holds up the thread: what is more than this waits for the next one.
const maxWeight = 2 * 1024 * 1024;
const weightOfOne = 200;

export function createGroupCommit(
  db: DatabaseSync,
  file: string,
  heads: Heads,
  syncAs: (need: Need) => void,
  { onGrowth, onUndo }: CommitObserver,
): GroupCommit {
  let queue: Waiting[] = [];
  let closed = false;

  /** All of the writes, or none. */
  function transact(need: Need, writes: readonly (() => unknown)[]): unknown[] {
    try {
      syncAs(need);
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
      const need = group.some((each) => each.need === 'acknowledged') ? 'acknowledged' : 'derived';
      const results = transact(
        need,
        group.map((each) => each.write),
      );
      const grown = heads.keep();
      group.forEach((each, index) => {
        each.resolve(results[index] as never);
      });
      onGrowth(grown);
    } catch (error) {
      refuse(group, error as Error);
    }
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
    if (queue.length === 0) return;
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
      const [result] = transact('swept', [write]);
      onGrowth(heads.keep());
      return result as ReturnType<typeof write>;
    },
    waiting: () => queue.length,
    close() {
      closed = true;
      while (queue.length > 0) flush();
    },
  };
}

// When SQLite syncs. A sync of the write-ahead log covers all transactions before it, so their order is also what survives.
import type { DatabaseSync } from 'node:sqlite';
import type { Durability } from './connection.ts';

/**
 * acknowledged: durable before it is answered. derived: follows from what is durable, and is derived again where a loss of power
 * takes it. swept: the same, and another thread moves it from the write-ahead log into the file.
 */
export type Need = 'acknowledged' | 'derived' | 'swept';

const pragmas: Readonly<Record<Need, string>> = {
  acknowledged: 'PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 1000',
  derived: 'PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 1000',
  swept: 'PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0',
};

/** Sets what the next transaction needs. */
export function createSyncing(db: DatabaseSync, durability: Durability): (need: Need) => void {
  if (durability === 'process') {
    db.exec('PRAGMA synchronous = OFF');
    return () => {};
  }
  let now: Need | undefined;
  return function syncAs(need) {
    if (need !== now) db.exec(pragmas[need]);
    now = need;
  };
}

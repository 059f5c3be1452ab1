// Compaction: of each message key the latest record stays; a tombstone goes too, once everybody has had time to see it.
import type { DatabaseSync } from 'node:sqlite';
import type { Head, Heads } from './heads.ts';

export interface Compaction {
  /** Within a transaction: looks at `limit` more records below `floor` and removes their predecessors. Gives how many were looked at and removed. */
  slice(log: Readonly<Head>, floor: number, limit: number): { looked: number; removed: number };
  /** Within a transaction: removes tombstones appended before a time that have no predecessor left. Gives how many. */
  dropTombstones(log: Readonly<Head>, before: number, limit: number): number;
}

interface Removed {
  readonly bytes: number;
}

export function createCompaction(db: DatabaseSync, heads: Heads): Compaction {
  function note(head: Head, removed: readonly unknown[]): number {
    head.records -= removed.length;
    for (const { bytes } of removed as readonly Removed[]) head.bytes -= bytes;
    return removed.length;
  }

  return {
    slice(log, floor, limit) {
      const next = db
        .prepare(`SELECT o, key FROM log_${log.id} WHERE o >= ? AND o < ? ORDER BY o LIMIT ?`)
        .all(log.cleaned, Math.min(floor, log.next), limit) as unknown as { o: number; key: string }[];
      const last = next.at(-1);
      if (!last) return { looked: 0, removed: 0 };
      const remove = db.prepare(`DELETE FROM log_${log.id} WHERE key = ? AND o < ? RETURNING bytes`);
      const head = heads.change(log.topic, log.partition);
      let removed = 0;
      for (const { o, key } of next) removed += note(head, remove.all(key, o));
      head.cleaned = last.o + 1;
      return { looked: next.length, removed };
    },
    dropTombstones(log, before, limit) {
      const removed = db
        .prepare(`DELETE FROM log_${log.id} WHERE o IN (
          SELECT o FROM log_${log.id} WHERE value IS NULL AND at < ? AND o < ? LIMIT ?) RETURNING bytes`)
        .all(before, log.cleaned, limit);
      return removed.length === 0 ? 0 : note(heads.change(log.topic, log.partition), removed);
    },
  };
}

// Retention by age and by size: takes records from the old end of a log, a slice at a time.
import type { DatabaseSync } from 'node:sqlite';
import type { Head, Heads } from './heads.ts';

export interface OldRecord {
  readonly o: number;
  readonly at: number;
  readonly bytes: number;
}

export interface Trim {
  /** When the first and the last of the records below `floor` were appended; undefined where there are none. */
  range(log: Readonly<Head>, floor: number): { readonly oldestAt: number; readonly newestAt: number } | undefined;
  /** Within a transaction: removes at most `limit` records, up to the first that may not go. Gives how many went. */
  slice(log: Readonly<Head>, floor: number, limit: number, mayGo: (record: OldRecord) => boolean): number;
}

// Giving back the pages of large values takes time of its own.
const bytesOfSlice = 4 * 1024 * 1024;

export function createTrim(db: DatabaseSync, heads: Heads): Trim {
  function firstOf(log: Readonly<Head>, floor: number, limit: number): OldRecord[] {
    const sql = `SELECT o, at, bytes FROM log_${log.id} WHERE o < ? ORDER BY o LIMIT ?`;
    return db.prepare(sql).all(Math.min(floor, log.next), limit) as unknown as OldRecord[];
  }

  return {
    range(log, floor) {
      const end = Math.min(floor, log.next);
      const [oldest, newest] = ['', 'DESC'].map((order) =>
        db.prepare(`SELECT at FROM log_${log.id} WHERE o < ? ORDER BY o ${order} LIMIT 1`).get(end),
      );
      return oldest && newest && { oldestAt: Number(oldest.at), newestAt: Number(newest.at) };
    },
    slice(log, floor, limit, mayGo) {
      const gone = prefix(firstOf(log, floor, limit), mayGo);
      const last = gone.at(-1);
      if (!last) return 0;
      db.prepare(`DELETE FROM log_${log.id} WHERE o <= ?`).run(last.o);
      const head = heads.change(log.topic, log.partition);
      head.records -= gone.length;
      head.bytes -= gone.reduce((sum, record) => sum + record.bytes, 0);
      return gone.length;
    },
  };
}

function prefix(records: readonly OldRecord[], mayGo: (record: OldRecord) => boolean): OldRecord[] {
  const gone: OldRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    if (bytes >= bytesOfSlice || !mayGo(record)) break;
    gone.push(record);
    bytes += record.bytes;
  }
  return gone;
}

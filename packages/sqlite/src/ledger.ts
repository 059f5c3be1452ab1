// The ledger as it is committed, and what is still pending, read without loading any state.
import type { DatabaseSync } from 'node:sqlite';
import { type Source, type TopicName, topics } from '@winnow/contracts';
import type { LedgerCell } from '@winnow/stream';
import { databaseFile, openForReading } from './connection.ts';
import { told } from './failures.ts';
import { readHeads } from './heads.ts';
import { openStateRows } from './state-rows.ts';

export interface LedgerReading {
  /** The cells of all partitions, added up. */
  readonly cells: readonly LedgerCell[];
  /** Items of observations that `signals` has not handled yet, by source. */
  readonly pending: Readonly<Partial<Record<Source, number>>>;
  /** When the oldest record came that `signals` has not handled yet, RFC 3339; absent where there is none. */
  readonly oldestAt?: string;
}

// The stage that keeps the ledger of items, and the topic that it reads them from.
const keeper = 'signals';
const arrivals: TopicName = topics.observations.name;

/** @throws NoData, StateDamaged, StateNewer, LogUnavailable */
export function readLedger(dir: string): LedgerReading {
  const db = openForReading(dir);
  try {
    return told(databaseFile(dir), () => readLedgerOf(db));
  } finally {
    db.close();
  }
}

/** Cells and pending items are of one moment. */
export function readLedgerOf(db: DatabaseSync): LedgerReading {
  db.exec('BEGIN');
  try {
    const oldestAt = readOldest(db);
    return { cells: readCells(db), pending: readPending(db), ...(oldestAt !== undefined && { oldestAt }) };
  } finally {
    db.exec('COMMIT');
  }
}

function readCells(db: DatabaseSync): LedgerCell[] {
  const sql = `SELECT source, outcome, reason, sum(count) AS count FROM ledger WHERE stage = ?
    GROUP BY source, outcome, reason ORDER BY source, outcome, reason`;
  return db
    .prepare(sql)
    .all(keeper)
    .map((cell) => ({ ...cell }) as unknown as LedgerCell);
}

function readPending(db: DatabaseSync): Partial<Record<Source, number>> {
  const pending: Partial<Record<Source, number>> = {};
  for (const { id, from } of readWaiting(db)) {
    for (const { source, items } of countItems(db, id, from)) pending[source] = (pending[source] ?? 0) + items;
  }
  return pending;
}

function readOldest(db: DatabaseSync): string | undefined {
  const found = readWaiting(db).flatMap(({ id, from }) => {
    const row = db.prepare(`SELECT value ->> '$.at' AS at FROM log_${id} WHERE o >= ? ORDER BY o LIMIT 1`).get(from);
    return typeof row?.at === 'string' ? [row.at] : [];
  });
  return found.sort()[0];
}

/** The partitions' tables of arrivals, and from which offset on they are not handled. */
function readWaiting(db: DatabaseSync): { readonly id: number; readonly from: number }[] {
  const rows = openStateRows(db);
  return [...readHeads(db)]
    .filter(({ topic }) => topic === arrivals)
    .map(({ id, partition }) => ({ id, from: rows.find(keeper, partition)?.offsets[arrivals] ?? 0 }));
}

/** With those that were shed on the way: the ledger counts them, too. */
function countItems(db: DatabaseSync, log: number, from: number): { source: Source; items: number }[] {
  const sql = `SELECT value ->> '$.source' AS source, sum(json_array_length(value, '$.items')
      + (SELECT coalesce(sum(shed.value ->> '$.count'), 0) FROM json_each(log_${log}.value, '$.shed') AS shed)) AS items
    FROM log_${log} WHERE o >= ? AND log_${log}.value IS NOT NULL GROUP BY 1 HAVING items > 0`;
  return db.prepare(sql).all(from) as unknown as { source: Source; items: number }[];
}

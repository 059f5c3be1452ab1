// Reads the file of another process, also while that one writes. Nothing here writes or claims anything.
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import type { TopicName } from '@winnow/contracts';
import type { LoadedState, LogRecord } from '@winnow/stream';
import { databaseFile, openForReading } from './connection.ts';
import { damaged, failureOf } from './failures.ts';
import { readHeads } from './heads.ts';
import { type LedgerReading, readLedgerOf } from './ledger.ts';
import { openStateRows, type StateRow } from './state-rows.ts';
import { loadedState } from './state-store.ts';

/** `at` is when it was appended, in milliseconds since 1970. */
export type StoredRecord = LogRecord & { readonly at: number };

/** One topic's partition. */
export interface LogInfo {
  readonly topic: TopicName;
  readonly partition: number;
  readonly records: number;
  /** About: the characters of keys, headers and values. */
  readonly bytes: number;
  /** The offset that the next record will have. */
  readonly next: number;
  /** When the oldest and the newest record were appended, in milliseconds since 1970; absent where there is none. */
  readonly oldestAt?: number;
  readonly newestAt?: number;
}

/** How far a stage's partition has come. */
export type Committed = Omit<StateRow, 'id' | 'token'>;

export interface ReadRequest {
  readonly topic: TopicName;
  readonly partition: number;
  /** The first offset wanted; by default the beginning, or with `reverse` the end. */
  readonly from?: number;
  /** Default 100. */
  readonly limit?: number;
  /** From new to old. */
  readonly reverse?: boolean;
}

export interface Reader {
  /** By topic and partition. */
  logs(): LogInfo[];
  read(request: ReadRequest): StoredRecord[];
  /** The records of a message key, the latest first, of all partitions. */
  find(topic: TopicName, key: string, limit?: number): StoredRecord[];
  /** Records as they are appended, from an offset on, until the signal is aborted. */
  follow(request: Omit<ReadRequest, 'reverse'>, signal: AbortSignal): AsyncGenerator<StoredRecord>;
  committed(): Committed[];
  ledger(): LedgerReading;
  /** The committed state of a stage's partition, as it is now; undefined where there is none. Nothing is claimed. */
  load(stage: string, partition: number): LoadedState | undefined;
  close(): void;
}

const pollMs = 200;

/** @throws NoData, StateDamaged, StateNewer, LogUnavailable; the methods throw StateDamaged. */
export function openReader(dir: string): Reader {
  const file = databaseFile(dir);
  const db = openForReading(dir);
  const loading = new Set<DatabaseSync>();
  const read = (request: ReadRequest) => reading(file, () => readRecords(db, request));

  return {
    logs: () => reading(file, () => readHeads(db).map((head) => logInfo(db, head))),
    read,
    find: (topic, key, limit = 100) => reading(file, () => findByKey(db, topic, key, limit)),
    async *follow({ topic, partition, from = 0, limit = 100 }, signal) {
      let position = from;
      while (!signal.aborted) {
        const found = read({ topic, partition, from: position, limit });
        yield* found;
        position = (found.at(-1)?.offset ?? position - 1) + 1;
        if (found.length === 0) await delay(pollMs, undefined, { signal }).catch(() => {});
      }
    },
    committed: () =>
      reading(file, () =>
        openStateRows(db)
          .all()
          .map(({ id: _, token: __, ...row }) => row),
      ),
    ledger: () => reading(file, () => readLedgerOf(db)),
    load: (stage, partition) => loadState(dir, file, stage, partition, loading),
    close() {
      for (const each of loading) each.close();
      db.close();
    },
  };
}

function reading<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof SyntaxError
      ? damaged(file, `a record is no JSON (${error.message})`, error)
      : failureOf(error, file);
  }
}

// A connection of its own holds the state as it was at one moment while it is read in turns.
function loadState(
  dir: string,
  file: string,
  stage: string,
  partition: number,
  loading: Set<DatabaseSync>,
): LoadedState | undefined {
  const db = openForReading(dir);
  loading.add(db);
  const finish = () => {
    if (loading.delete(db)) db.close();
  };
  return reading(file, () => {
    db.exec('BEGIN');
    const rows = openStateRows(db);
    const row = rows.find(stage, partition);
    if (!row) {
      finish();
      return undefined;
    }
    const state = loadedState(db, file, rows, row, () => damaged(file, 'a part of the state is missing'));
    return { ...state, changes: finishing(state.changes, finish) };
  });
}

async function* finishing(changes: AsyncIterable<Uint8Array>, finish: () => void): AsyncGenerator<Uint8Array> {
  try {
    yield* changes;
  } finally {
    finish();
  }
}

function logInfo(
  db: DatabaseSync,
  { id, topic, partition, records, bytes, next }: ReturnType<typeof readHeads>[number],
): LogInfo {
  const ends = ['', 'DESC'].map((order) => db.prepare(`SELECT at FROM log_${id} ORDER BY o ${order} LIMIT 1`).get());
  const [oldest, newest] = ends as ({ at: number } | undefined)[];
  const times = oldest && newest && { oldestAt: oldest.at, newestAt: newest.at };
  return { topic, partition, records, bytes, next, ...times };
}

function readRecords(
  db: DatabaseSync,
  { topic, partition, from, limit = 100, reverse = false }: ReadRequest,
): StoredRecord[] {
  const head = readHeads(db).find((each) => each.topic === topic && each.partition === partition);
  if (!head) return [];
  const where = reverse ? 'o <= ? ORDER BY o DESC' : 'o >= ? ORDER BY o';
  const start = from ?? (reverse ? head.next : 0);
  const rows = db
    .prepare(`SELECT o, at, key, headers, value FROM log_${head.id} WHERE ${where} LIMIT ?`)
    .all(start, limit);
  return rows.map((row) => toRecord(topic, partition, row as unknown as Row));
}

function findByKey(db: DatabaseSync, topic: TopicName, key: string, limit: number): StoredRecord[] {
  const found = readHeads(db)
    .filter((head) => head.topic === topic)
    .flatMap((head) => {
      const sql = `SELECT o, at, key, headers, value FROM log_${head.id} WHERE key = ? ORDER BY o DESC LIMIT ?`;
      return db
        .prepare(sql)
        .all(key, limit)
        .map((row) => toRecord(topic, head.partition, row as unknown as Row));
    });
  return found.sort((one, other) => other.at - one.at || other.offset - one.offset).slice(0, limit);
}

interface Row {
  readonly o: number;
  readonly at: number;
  readonly key: string;
  readonly headers: string;
  readonly value: string | null;
}

function toRecord(topic: TopicName, partition: number, { o, at, key, headers, value }: Row): StoredRecord {
  const parsed = value === null ? null : JSON.parse(value);
  return { topic, partition, offset: o, key, headers: JSON.parse(headers), value: parsed, at };
}

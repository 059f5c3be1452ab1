// The table of one log's records, and the statements on it. One table a log: appends go to its end and retention frees whole pages.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type Envelope, isCompacted, type TopicName, takeEnvelopeJson, topics } from '@winnow/contracts';
import type { LogRecord, NewRecord } from '@winnow/stream';

/** A record in the form in which it is written. `bytes` is about its size: its characters. */
export interface PreparedRecord {
  readonly topic: TopicName;
  readonly partition: number;
  readonly key: string;
  readonly headers: string;
  /** JSON; null is a tombstone. */
  readonly value: string | null;
  readonly bytes: number;
  /** What it was made of, where nobody changes that any more. */
  readonly given?: Pick<NewRecord, 'headers' | 'value'>;
}

/** Whether a reading is to go on to older or to newer records. */
export type Direction = 'newer' | 'older';

export interface RecordTable {
  insert(offset: number, at: number, record: PreparedRecord): void;
  /** From an offset on (it included), at most so many records and about so many characters, but at least one where there is one. */
  read(from: number, limit: number, bytes: number, direction?: Direction): LogRecord[];
}

/** @throws TypeError where the value is no JSON (a cycle, a bigint). */
export function prepareRecord(record: NewRecord): PreparedRecord {
  const { topic, partition, key } = record;
  const headers = headersText(record.headers);
  const value = record.value === null ? null : (textOf(record) ?? null);
  return { topic, partition, key, headers, value, bytes: key.length + headers.length + (value?.length ?? 0) };
}

/** Arrivals may bring their JSON along. */
const textOf = ({ topic, value }: NewRecord): string | undefined =>
  (topic === topics.observations.name ? takeEnvelopeJson(value as Envelope) : undefined) ?? JSON.stringify(value);

let lastHeaders: NewRecord['headers'] | undefined;
let lastText = '';

/** Arrivals of a source share one object of headers. */
function headersText(headers: NewRecord['headers']): string {
  if (headers === lastHeaders) return lastText;
  lastHeaders = Object.isFrozen(headers) ? headers : undefined;
  lastText = JSON.stringify(headers);
  return lastText;
}

export function createRecordTable(db: DatabaseSync, id: number, topic: TopicName): void {
  // The small columns come first: what only needs these never reads the pages of a large value.
  db.exec(`CREATE TABLE log_${id} (
    o INTEGER PRIMARY KEY, at INTEGER NOT NULL, bytes INTEGER NOT NULL, key TEXT NOT NULL, headers TEXT NOT NULL, value TEXT)`);
  if (!isCompacted(topic)) return;
  db.exec(`CREATE INDEX log_${id}_key ON log_${id} (key);
    CREATE INDEX log_${id}_tombstone ON log_${id} (at) WHERE value IS NULL`);
}

type Row = [offset: number, bytes: number, key: string, headers: string, value: string | null];

export function openRecordTable(db: DatabaseSync, id: number, topic: TopicName, partition: number): RecordTable {
  const insert = db.prepare(`INSERT INTO log_${id} (o, at, bytes, key, headers, value) VALUES (?, ?, ?, ?, ?, ?)`);
  const readers = {
    newer: rows(db, `SELECT o, bytes, key, headers, value FROM log_${id} WHERE o >= ? ORDER BY o LIMIT ?`),
    older: rows(db, `SELECT o, bytes, key, headers, value FROM log_${id} WHERE o <= ? ORDER BY o DESC LIMIT ?`),
  };

  return {
    insert(offset, at, { bytes, key, headers, value }) {
      insert.run(offset, at, bytes, key, headers, value);
    },
    read(from, limit, bytes, direction = 'newer') {
      const found: LogRecord[] = [];
      let left = bytes;
      for (const row of readers[direction].iterate(from, limit)) {
        const [offset, size, key, headers, value] = row as unknown as Row;
        left -= size;
        if (left < 0 && found.length > 0) break;
        found.push({
          topic,
          partition,
          offset,
          key,
          headers: JSON.parse(headers),
          value: value === null ? null : JSON.parse(value),
        });
      }
      return found;
    },
  };
}

function rows(db: DatabaseSync, sql: string): StatementSync {
  const statement = db.prepare(sql);
  statement.setReturnArrays(true);
  return statement;
}

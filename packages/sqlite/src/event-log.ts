// The EventLog port on the file.
import type { DatabaseSync } from 'node:sqlite';
import type { TopicName } from '@winnow/contracts';
import type { LocalLog, LogRecord, NewRecord, Subscribe } from '@winnow/stream';
import { damaged, told } from './failures.ts';
import type { GroupCommit } from './group-commit.ts';
import type { Heads } from './heads.ts';
import type { Appended, RecentRecords } from './recent-records.ts';
import { openRecordTable, type PreparedRecord, prepareRecord, type RecordTable } from './record-table.ts';
import { createSubscriptions, type Subscriptions } from './subscriptions.ts';

/** Writes records within the transaction that is open; gives their offsets. */
export type AppendWithin = (records: readonly PreparedRecord[]) => number[];

export interface Appender {
  readonly appendWithin: AppendWithin;
  /** What has been written since the last call, in order: to be taken once the transaction has ended. */
  takeWritten(): readonly Appended[];
}

// A batch is held in memory while it is handled; what must be read from the file is parsed at once on the thread that answers HTTP.
const batchBytes = 1024 * 1024;
const parsedBytes = 256 * 1024;

export function createAppend(db: DatabaseSync, heads: Heads, clock: () => number): Appender {
  const tables = new Map<number, RecordTable>();
  let written: Appended[] = [];

  function appendOne(record: PreparedRecord, at: number): number {
    const head = heads.change(record.topic, record.partition);
    tableOf(db, tables, head).insert(head.next, at, record);
    head.records += 1;
    head.bytes += record.bytes;
    written.push({ offset: head.next, record });
    return head.next++;
  }

  return {
    appendWithin(records) {
      const at = clock();
      return records.map((record) => appendOne(record, at));
    },
    takeWritten() {
      const taken = written;
      written = [];
      return taken;
    },
  };
}

export function createLog(
  db: DatabaseSync,
  file: string,
  heads: Heads,
  commits: GroupCommit,
  appendWithin: AppendWithin,
  recent: RecentRecords,
): { log: LocalLog; subscriptions: Subscriptions } {
  const tables = new Map<number, RecordTable>();

  function read({ topic, partition }: Subscribe, from: number, limit: number): LogRecord[] {
    const head = heads.of(topic, partition);
    if (!head || from >= head.next) return [];
    const kept = recent.read(topic, partition, from, limit, batchBytes);
    return kept ?? readRecords(tableOf(db, tables, head), file, from, limit);
  }

  const subscriptions = createSubscriptions({
    read,
    next: ({ topic, partition }) => heads.of(topic, partition)?.next ?? 0,
    busy: () => commits.waiting() > 0,
  });

  async function append(records: readonly NewRecord[]): Promise<readonly number[]> {
    if (records.length === 0) return [];
    const prepared = records.map((record) => ({ ...prepareRecord(record), given: record }));
    const bytes = prepared.reduce((sum, each) => sum + each.bytes, 0);
    return commits.run('acknowledged', () => appendWithin(prepared), bytes);
  }

  const { subscribe, idle } = subscriptions;
  const end = async (topic: TopicName, partition: number) => heads.of(topic, partition)?.next ?? 0;
  return { log: { append, subscribe, idle, end }, subscriptions };
}

function readRecords(table: RecordTable, file: string, from: number, limit: number): LogRecord[] {
  try {
    return told(file, () => table.read(from, limit, parsedBytes));
  } catch (error) {
    throw error instanceof SyntaxError ? damaged(file, `a record is no JSON (${error.message})`, error) : error;
  }
}

function tableOf(
  db: DatabaseSync,
  tables: Map<number, RecordTable>,
  head: { readonly id: number; readonly topic: TopicName; readonly partition: number },
): RecordTable {
  const known = tables.get(head.id);
  if (known) return known;
  const table = openRecordTable(db, head.id, head.topic, head.partition);
  tables.set(head.id, table);
  return table;
}

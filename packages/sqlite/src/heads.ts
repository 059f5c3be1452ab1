// Where each log stands: its next offset, how much is in it. In memory for the writing side, and written with each transaction.
import type { DatabaseSync } from 'node:sqlite';
import type { TopicName } from '@winnow/contracts';
import { createRecordTable } from './record-table.ts';

export interface Head {
  readonly id: number;
  readonly topic: TopicName;
  readonly partition: number;
  next: number;
  records: number;
  bytes: number;
  /** Compaction has been here: below it each key stands once. */
  cleaned: number;
}

/** Changes are made within a transaction and count once it is committed. */
export interface Heads {
  of(topic: TopicName, partition: number): Readonly<Head> | undefined;
  all(): Readonly<Head>[];
  /** The head of a log to change in this transaction; the log is made where there is none. */
  change(topic: TopicName, partition: number): Head;
  /** Writes what has changed: the last step before the transaction is committed. */
  write(): void;
  /** The logs that this transaction changes. */
  changing(): Readonly<Head>[];
  /** The transaction is committed: gives the logs that have grown. */
  keep(): Readonly<Head>[];
  /** The transaction is undone. */
  undo(): void;
}

export function readHeads(db: DatabaseSync): Head[] {
  const rows = db.prepare(
    'SELECT id, topic, part AS partition, next, records, bytes, cleaned FROM log ORDER BY topic, part',
  );
  return rows.all() as unknown as Head[];
}

export function openHeads(db: DatabaseSync): Heads {
  const committed = new Map(readHeads(db).map((head) => [logKey(head.topic, head.partition), head]));
  const working = new Map<string, Head>();
  const insert = db.prepare('INSERT INTO log (topic, part, next, records, bytes, cleaned) VALUES (?, ?, 0, 0, 0, 0)');
  const update = db.prepare('UPDATE log SET next = ?, records = ?, bytes = ?, cleaned = ? WHERE id = ?');

  function makeLog(topic: TopicName, partition: number): Head {
    const id = Number(insert.run(topic, partition).lastInsertRowid);
    createRecordTable(db, id, topic);
    return { id, topic, partition, next: 0, records: 0, bytes: 0, cleaned: 0 };
  }

  return {
    of: (topic, partition) => committed.get(logKey(topic, partition)),
    all: () => [...committed.values()],
    change(topic, partition) {
      const key = logKey(topic, partition);
      const open = working.get(key);
      if (open) return open;
      const known = committed.get(key);
      const head = known ? { ...known } : makeLog(topic, partition);
      working.set(key, head);
      return head;
    },
    write() {
      for (const head of working.values()) update.run(head.next, head.records, head.bytes, head.cleaned, head.id);
    },
    changing: () => [...working.values()],
    keep() {
      const grown = [...working].filter(([key, head]) => head.next > (committed.get(key)?.next ?? 0));
      for (const [key, head] of working) committed.set(key, head);
      working.clear();
      return grown.map(([, head]) => head);
    },
    undo: () => working.clear(),
  };
}

export function logKey(topic: TopicName, partition: number): string {
  return `${topic}/${partition}`;
}

// Opens the embedded log and store: one file, one writing connection, one writer.
import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { LocalLog } from '@winnow/stream';
import { type Durability, databaseFile, openForWriting } from './connection.ts';
import { createAppend, createLog } from './event-log.ts';
import { createGroupCommit } from './group-commit.ts';
import { logKey, openHeads } from './heads.ts';
import { lockDir } from './lock.ts';
import { readPragma } from './schema.ts';
import { createStore, type PublishingStore } from './state-store.ts';
import type { Subscriptions } from './subscriptions.ts';

export interface SqliteOptions {
  readonly dir: string;
  /** Default `disk`. */
  readonly durability?: Durability;
  /** Milliseconds since 1970, for the age of records. */
  readonly clock?: () => number;
}

export interface SqliteSize {
  /** Of the file and its write-ahead log, on disk. */
  readonly file: number;
  /** Of the file's pages that hold something. */
  readonly used: number;
}

export interface Sqlite {
  readonly log: LocalLog;
  readonly store: PublishingStore;
  /** In bytes. */
  size(): SqliteSize;
  /** Ends the subscriptions, commits what is waiting, and lets the directory go. */
  close(): Promise<void>;
}

/** @throws DataDirBusy, StateDamaged, StateNewer, LogUnavailable */
export function openSqlite(where: string | SqliteOptions): Sqlite {
  const { dir, durability = 'disk', clock = Date.now } = typeof where === 'string' ? { dir: where } : where;
  const lock = lockDir(dir, clock());
  try {
    return wire(dir, openForWriting(dir, durability), clock, lock.release);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function wire(dir: string, db: DatabaseSync, clock: () => number, release: () => void): Sqlite {
  const file = databaseFile(dir);
  const heads = openHeads(db);
  let subscriptions: Subscriptions | undefined;
  const commits = createGroupCommit(db, file, heads, (grown) =>
    subscriptions?.wake(grown.map((head) => logKey(head.topic, head.partition))),
  );
  const append = createAppend(db, heads, clock);
  const opened = createLog(db, file, heads, commits, append);
  subscriptions = opened.subscriptions;

  return {
    log: opened.log,
    store: createStore(db, file, commits, append),
    size: () => sizeOf(db, file),
    async close() {
      await opened.subscriptions.close();
      commits.close();
      db.close();
      release();
    },
  };
}

function sizeOf(db: DatabaseSync, file: string): SqliteSize {
  const pages = readPragma(db, 'page_count') - readPragma(db, 'freelist_count');
  const bytesOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return { file: bytesOf(file) + bytesOf(`${file}-wal`), used: pages * readPragma(db, 'page_size') };
}

// Opens the embedded log and store: one file, one writing connection, one writer.
import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { LocalLog } from '@winnow/stream';
import { createCheckpointer } from './checkpointer.ts';
import { type Durability, databaseFile, openForWriting } from './connection.ts';
import { createAppend, createLog } from './event-log.ts';
import { createGroupCommit } from './group-commit.ts';
import { type Head, logKey, openHeads } from './heads.ts';
import { lockDir } from './lock.ts';
import { usedBytes } from './pages.ts';
import { createRecentRecords } from './recent-records.ts';
import { createStore, type PublishingStore } from './state-store.ts';
import type { Subscriptions } from './subscriptions.ts';
import { createSweeper, type Retention, type SweepReport } from './sweep.ts';
import { createLogSync } from './syncing.ts';
import { createUpkeep, type Upkeep } from './upkeep.ts';

export interface SqliteOptions {
  readonly dir: string;
  /** Default `disk`. */
  readonly durability?: Durability;
  /** What `sweep` forgets; by default only what compaction does. */
  readonly retention?: Retention;
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
  /** Forgets what retention and compaction let go by a time (milliseconds since 1970). To be called once a minute or so. */
  sweep(now: number): Promise<SweepReport>;
  /** Ends the subscriptions, commits what is waiting, and lets the directory go. */
  close(): Promise<void>;
}

/** @throws DataDirBusy, StateDamaged, StateNewer, LogUnavailable */
export function openSqlite(where: string | SqliteOptions): Sqlite {
  const options = {
    durability: 'disk',
    clock: Date.now,
    retention: {},
    ...(typeof where === 'string' ? { dir: where } : where),
  } as const;
  const lock = lockDir(options.dir, options.clock());
  try {
    return wire(options, openForWriting(options.dir), lock.release);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function wire(
  { dir, durability, clock, retention }: Required<SqliteOptions>,
  db: DatabaseSync,
  release: () => void,
): Sqlite {
  const file = databaseFile(dir);
  const heads = openHeads(db);
  let subscriptions: Subscriptions | undefined;
  const recent = createRecentRecords();
  const append = createAppend(db, heads, clock);
  const sync = createLogSync(db, file, durability);
  let upkeep: Upkeep | undefined;
  const observer = {
    onGrowth(grown: readonly Readonly<Head>[]) {
      recent.add(append.takeWritten());
      subscriptions?.wake(grown.map((head) => logKey(head.topic, head.partition)));
    },
    onUndo: append.takeWritten,
    onSwept: (swept: readonly Readonly<Head>[]) => recent.forget(swept),
    onWritten: (bytes: number) => upkeep?.note(bytes),
  };
  const commits = createGroupCommit(db, file, heads, observer, sync);
  upkeep = sync && createUpkeep(createCheckpointer(file), commits.hold);
  const opened = createLog(db, file, heads, commits, append.appendWithin, recent);
  subscriptions = opened.subscriptions;
  const sweeper = createSweeper(db, file, heads, commits, durability, retention);

  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    await sweeper.stop();
    await opened.subscriptions.close();
    await upkeep?.close();
    await commits.close();
    db.close();
    release();
  }

  return {
    log: opened.log,
    store: createStore(db, file, commits, append.appendWithin),
    size: () => sizeOf(db, file),
    sweep: sweeper.sweep,
    close() {
      closing ??= close();
      return closing;
    },
  };
}

function sizeOf(db: DatabaseSync, file: string): SqliteSize {
  const bytesOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return { file: bytesOf(file) + bytesOf(`${file}-wal`), used: usedBytes(db) };
}

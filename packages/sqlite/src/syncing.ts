// Syncs of the write-ahead log, off the thread that answers: SQLite itself syncs only when it moves pages into the file.
//
// A sync covers all transactions before it, so their order is also what survives. What is acknowledged waits for one; what follows
// from that does not, and is derived again where a loss of power takes it.
import { close, closeSync, fdatasync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { LogUnavailable } from '@winnow/stream';
import type { Durability } from './connection.ts';

export interface LogSync {
  /** Resolves when all that was committed before the call is on the disk. One at a time. @throws LogUnavailable */
  run(): Promise<void>;
  close(): void;
}

/** Sets what the connection syncs by itself. Undefined where nothing needs to be on the disk. */
export function createLogSync(db: DatabaseSync, file: string, durability: Durability): LogSync | undefined {
  if (durability === 'process') {
    db.exec('PRAGMA synchronous = OFF');
    return undefined;
  }
  db.exec('PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0');
  return syncsOf(file);
}

function syncsOf(file: string): LogSync {
  let fd: number | undefined;
  let broken: LogUnavailable | undefined;

  // It is there once something has been committed, and stays until the connection is closed.
  function walFile(): number {
    if (fd !== undefined) return fd;
    syncDirectory(dirname(file));
    fd = openSync(`${file}-wal`, 'r+');
    return fd;
  }

  // What the kernel could not write it may have dropped: a later sync that succeeds would prove nothing.
  function fail(error: unknown): LogUnavailable {
    const told = error instanceof Error ? error.message : String(error);
    broken ??= new LogUnavailable(
      `${file}: it could not be synced (${told}). To do: check the disk, and start again.`,
      {
        cause: error,
      },
    );
    return broken;
  }

  return {
    async run() {
      if (broken) throw broken;
      await new Promise<void>((resolve, reject) => {
        const done = (error: unknown) => (error ? reject(fail(error)) : resolve());
        try {
          fdatasync(walFile(), done);
        } catch (error) {
          done(error);
        }
      });
    },
    close() {
      if (fd !== undefined) close(fd);
      fd = undefined;
    },
  };
}

/** A new file is only there after a loss of power where its directory has been synced. */
function syncDirectory(dir: string): void {
  let fd: number;
  try {
    fd = openSync(dir, 'r');
  } catch {
    // Not every system opens directories.
    return;
  }
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

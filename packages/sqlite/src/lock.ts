// One writer for a data directory. The lock is one of the kernel's on a small side file, so it ends with its holder, however that ends.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { LogUnavailable } from '@winnow/stream';
import { failureOf, resultCode } from './failures.ts';

/** Another process writes to this data directory. */
export class DataDirBusy extends Error {
  override readonly name = 'DataDirBusy';
  readonly dir: string;
  /** Undefined where the holder has not said (it is only starting, or its disk is full). */
  readonly pid: number | undefined;

  constructor(dir: string, holder: Holder | undefined) {
    const who = holder ? `process ${holder.pid} on ${holder.host}, since ${holder.since}` : 'another process';
    super(`${dir} is in use by ${who}. End it first, or give another data directory.`);
    this.dir = dir;
    this.pid = holder?.pid;
  }
}

export interface DirLock {
  release(): void;
}

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
}

const busy = 5;

// The connection that carries a lock must not be collected as garbage while the process still writes.
const held = new Set<DatabaseSync>();

/** @throws DataDirBusy where another process, or this one, holds the directory. @throws LogUnavailable where it cannot be made. */
export function lockDir(dir: string, now: number): DirLock {
  makeDir(dir);
  const connection = takeLock(dir);
  held.add(connection);
  tellHolder(dir, now);
  return {
    release() {
      if (held.delete(connection)) connection.close();
    },
  };
}

function makeDir(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true });
  } catch (cause) {
    throw new LogUnavailable(`The data directory ${dir} cannot be made: ${(cause as Error).message}.`, { cause });
  }
}

function takeLock(dir: string): DatabaseSync {
  const file = join(dir, 'winnow.lock');
  let connection: DatabaseSync | undefined;
  try {
    connection = new DatabaseSync(file, { timeout: 0 });
    connection.exec('BEGIN IMMEDIATE');
    return connection;
  } catch (error) {
    connection?.close();
    throw resultCode(error) === busy ? new DataDirBusy(dir, readHolder(dir)) : failureOf(error, file);
  }
}

// Who holds the lock is only told, never relied on: so a failure to write it is no reason not to start.
function tellHolder(dir: string, now: number): void {
  const holder: Holder = { pid: process.pid, host: hostname(), since: new Date(now).toISOString() };
  try {
    writeFileSync(holderFile(dir), `${JSON.stringify(holder)}\n`);
  } catch {}
}

function readHolder(dir: string): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(holderFile(dir), 'utf8'));
    return isAlive(holder) ? holder : undefined;
  } catch {
    return undefined;
  }
}

// The file may still tell of the one before: better no name than a wrong one.
function isAlive(holder: Holder): boolean {
  if (typeof holder.pid !== 'number' || holder.host !== hostname()) return typeof holder.pid === 'number';
  try {
    return process.kill(holder.pid, 0);
  } catch (error) {
    // It is there, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function holderFile(dir: string): string {
  return join(dir, 'winnow.pid.json');
}

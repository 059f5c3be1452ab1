import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataDirBusy, openReader, openSqlite } from '@winnow/sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { startFixture } from './sqlite-fixtures/child.ts';
import { dataDir } from './sqlite-fixtures/data-dir.ts';
import { record } from './sqlite-fixtures/samples.ts';

function refusal(dir: string): unknown {
  try {
    openSqlite(dir);
  } catch (error) {
    return error;
  }
  return undefined;
}

test('given a directory that another process writes to, when it is opened, then the error names that process', async () => {
  const dir = dataDir();
  const holder = startFixture('hold.ts', [dir]);
  onTestFinished(() => void holder.process.kill('SIGKILL'));
  await holder.line('held');

  const started = performance.now();
  const refused = refusal(dir);
  expect(refused).toBeInstanceOf(DataDirBusy);
  expect(refused).toMatchObject({ dir, pid: holder.process.pid });
  expect((refused as Error).message).toContain(`${dir} is in use by process ${holder.process.pid}`);
  expect(performance.now() - started).toBeLessThan(1_000);
});

test('given a holder that is killed, when the directory is opened, then it is free', async () => {
  const dir = dataDir();
  const holder = startFixture('hold.ts', [dir]);
  await holder.line('held');
  holder.process.kill('SIGKILL');
  await holder.ended;

  const sqlite = openSqlite(dir);
  expect(await sqlite.log.append([record('mine now')])).toEqual([0]);
  await sqlite.close();
});

test('given a directory that this process has open, when it is opened again, then it is refused; after close it is not', async () => {
  const dir = dataDir();
  const first = openSqlite(dir);
  expect(refusal(dir)).toMatchObject({ name: 'DataDirBusy', pid: process.pid });
  // The refusal has not loosened the lock.
  expect(refusal(dir)).toBeInstanceOf(DataDirBusy);
  await first.close();
  await openSqlite(dir).close();
});

test('given a writer in another process, when its data is read, then nothing is refused', async () => {
  const dir = dataDir();
  const holder = startFixture('hold.ts', [dir]);
  onTestFinished(() => void holder.process.kill('SIGKILL'));
  await holder.line('held');
  const reader = openReader(dir);
  expect(reader.logs()).toEqual([]);
  reader.close();
});

test('given the name of an earlier holder that has ended, when the directory is busy, then that one is not named', async () => {
  const dir = dataDir();
  const earlier = startFixture('hold.ts', [dir]);
  await earlier.line('held');
  const told = readFileSync(join(dir, 'winnow.pid.json'));
  earlier.process.kill('SIGKILL');
  await earlier.ended;

  const holder = openSqlite(dir);
  writeFileSync(join(dir, 'winnow.pid.json'), told);
  expect(refusal(dir)).toMatchObject({ name: 'DataDirBusy', pid: undefined });
  expect((refusal(dir) as Error).message).toContain('in use by another process');
  await holder.close();
});

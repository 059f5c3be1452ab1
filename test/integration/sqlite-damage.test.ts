import { closeSync, openSync, readFileSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { databaseFile, openReader, openSqlite } from '@winnow/sqlite';
import { LogUnavailable, StateDamaged, StateNewer } from '@winnow/stream';
import { expect, test } from 'vitest';
import { dataDir } from './sqlite-fixtures/data-dir.ts';
import { bytes, commit, record, texts } from './sqlite-fixtures/samples.ts';

/** A directory with some records and some state, closed. */
async function filledDir(records = 200): Promise<string> {
  const dir = dataDir();
  const { log, store, close } = openSqlite(dir);
  await log.append(Array.from({ length: records }, (_, index) => record({ index, text: 'marker '.repeat(200) })));
  const claim = await store.claim('signals', 0);
  await store.commit(claim, commit({ delta: bytes('the delta of this state') }));
  await close();
  return dir;
}

function overwrite(file: string, at: number, text: string): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, text, at);
  closeSync(handle);
}

function errorOf(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

test('given a file that is no database, when it is opened, then the error tells the file, what was found, and what to do', () => {
  const dir = dataDir();
  writeFileSync(databaseFile(dir), 'this is a text, and a long one at that. '.repeat(100));
  for (const open of [openSqlite, openReader]) {
    const error = errorOf(() => open(dir));
    expect(error).toBeInstanceOf(StateDamaged);
    expect(error.message).toBe(
      `${databaseFile(dir)} is damaged: file is not a database. Move it and its -wal and -shm files aside and start again with an empty one, or put a backup in its place.`,
    );
  }
});

test('given a damaged file, when it has been refused and moved aside, then the directory can be used again', async () => {
  const dir = dataDir();
  writeFileSync(databaseFile(dir), 'x'.repeat(5_000));
  expect(errorOf(() => openSqlite(dir))).toBeInstanceOf(StateDamaged);
  // The refusal has changed nothing of what may still be rescued.
  expect(readFileSync(databaseFile(dir), 'utf8')).toBe('x'.repeat(5_000));
  const { renameSync } = await import('node:fs');
  renameSync(databaseFile(dir), `${databaseFile(dir)}.damaged`);
  await openSqlite(dir).close();
});

test('given a file that was cut, when it is opened or read, then it is damaged', async () => {
  const dir = await filledDir();
  truncateSync(databaseFile(dir), 40_960);
  expect(errorOf(() => openSqlite(dir))).toBeInstanceOf(StateDamaged);
});

test('given pages that were overwritten, when their records are read, then the subscription ends as damaged', async () => {
  const dir = await filledDir();
  const content = readFileSync(databaseFile(dir));
  for (let page = 20; page * 4096 < content.length; page++)
    overwrite(databaseFile(dir), page * 4096, '\xff'.repeat(2048));
  const { log, close } = openSqlite(dir);
  const subscription = log.subscribe({ topic: 'winnow.observations', partition: 0, from: 0 }, async () => {});
  await expect(subscription.done).rejects.toBeInstanceOf(StateDamaged);
  await close();
});

test('given a value that was changed behind our back, when it is read, then it is damaged, not handed on', async () => {
  const dir = await filledDir(1);
  const at = readFileSync(databaseFile(dir)).indexOf('{"index":0');
  overwrite(databaseFile(dir), at, '{"index":}');
  const { log, close } = openSqlite(dir);
  const subscription = log.subscribe({ topic: 'winnow.observations', partition: 0, from: 0 }, async () => {});
  await expect(subscription.done).rejects.toThrow(/winnow\.db is damaged: a record is no JSON/);
  await close();
});

test('given one changed byte of the state, when it is loaded, then it is damaged, not applied', async () => {
  const dir = await filledDir();
  const at = readFileSync(databaseFile(dir)).indexOf('the delta of this state');
  overwrite(databaseFile(dir), at + 4, 'D');
  const { store, close } = openSqlite(dir);
  const { changes } = await store.load(await store.claim('signals', 0));
  await expect(texts(changes)).rejects.toThrow(/winnow\.db is damaged: a delta of the state is not what was written/);
  await close();
});

test('given a database of another program, when it is opened, then it is refused and left alone', () => {
  const dir = dataDir();
  const other = new DatabaseSync(databaseFile(dir));
  other.exec('CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)');
  other.close();
  const error = errorOf(() => openSqlite(dir));
  expect(error).toBeInstanceOf(StateDamaged);
  expect(error.message).toContain('it is a database of another program');
});

test('given a file of a newer version, when it is opened, then the error says which version it has and which is read', async () => {
  const dir = await filledDir();
  const later = new DatabaseSync(databaseFile(dir));
  later.exec('PRAGMA user_version = 99');
  later.close();
  for (const open of [openSqlite, openReader]) {
    const error = errorOf(() => open(dir));
    expect(error).toBeInstanceOf(StateNewer);
    expect(error.message).toContain('schema 99; this one reads up to 1');
  }
});

test('given a directory that cannot be made, when it is opened, then the error names it', () => {
  const dir = dataDir();
  writeFileSync(`${dir}/file`, '');
  const error = errorOf(() => openSqlite(`${dir}/file/data`));
  expect(error).toBeInstanceOf(LogUnavailable);
  expect(error.message).toContain(`${dir}/file/data`);
});

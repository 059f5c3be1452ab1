import { writeFileSync } from 'node:fs';
import { databaseFile, NoData, openReader, openSqlite, readLedger } from '@winnow/sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { dataDir } from './sqlite-fixtures/data-dir.ts';
import { bytes, commit, record, texts } from './sqlite-fixtures/samples.ts';

function opened() {
  const dir = dataDir();
  const sqlite = openSqlite({ dir, clock: () => 1_000 });
  onTestFinished(() => sqlite.close());
  const reader = openReader(dir);
  onTestFinished(() => reader.close());
  return { ...sqlite, reader, dir };
}

const observation = (source: string, items: number) =>
  record({ schema: 1, source, items: Array.from({ length: items }, () => ({})) });

test('given a directory without data, when it is read, then it says so and makes nothing', () => {
  const dir = dataDir();
  expect(() => openReader(dir)).toThrow(NoData);
  expect(() => readLedger(dir)).toThrow(/There is no data in/);
  writeFileSync(databaseFile(dir), '');
  expect(() => openReader(dir)).toThrow(NoData);
});

test('given a writer at work, when the file is read, then what has been committed is there', async () => {
  const { log, reader } = opened();
  await log.append([record('a'), record('b'), record('c'), record('d', { topic: 'winnow.incidents', partition: 1 })]);

  expect(reader.logs()).toMatchObject([
    { topic: 'winnow.incidents', partition: 1, records: 1, next: 1 },
    { topic: 'winnow.observations', partition: 0, records: 3, next: 3, oldestAt: 1_000, newestAt: 1_000 },
  ]);
  const read = (request: object) =>
    reader.read({ topic: 'winnow.observations', partition: 0, ...request }).map((each) => each.value);
  expect(read({})).toEqual(['a', 'b', 'c']);
  expect(read({ from: 1, limit: 1 })).toEqual(['b']);
  expect(read({ reverse: true, limit: 2 })).toEqual(['c', 'b']);
  expect(read({ partition: 7 })).toEqual([]);
});

test('given records of a key, when they are looked for, then the latest comes first', async () => {
  const { log, reader } = opened();
  const incident = (value: unknown, partition: number, key = 'inc-1') =>
    record(value, { topic: 'winnow.incidents', partition, key });
  await log.append([incident('one', 0), incident('other', 0, 'inc-2'), incident('two', 0)]);
  expect(reader.find('winnow.incidents', 'inc-1').map((each) => each.value)).toEqual(['two', 'one']);
  expect(reader.find('winnow.incidents', 'inc-1', 1)).toMatchObject([{ offset: 2, at: 1_000 }]);
  expect(reader.find('winnow.findings', 'inc-1')).toEqual([]);
});

test('given a reader that follows, when records are appended, then it gets them', async () => {
  const { log, reader } = opened();
  const ending = new AbortController();
  await log.append([record('a')]);
  const seen: unknown[] = [];
  const following = (async () => {
    for await (const each of reader.follow({ topic: 'winnow.observations', partition: 0 }, ending.signal)) {
      seen.push(each.value);
      if (seen.length === 2) ending.abort();
    }
  })();
  await log.append([record('b')]);
  await following;
  expect(seen).toEqual(['a', 'b']);
});

test('given committed cells and observations behind, when the ledger is read, then cells are summed and items are pending', async () => {
  const { log, store, dir } = opened();
  const cell = (count: number) => ({ source: 'audit.event', outcome: 'deduplicated', reason: '', count }) as const;
  await log.append([observation('audit.event', 3), observation('audit.event', 4), observation('heartbeat', 0)]);
  await log.append([{ ...observation('alertmanager.alerts', 2), partition: 1 }]);
  const first = await store.claim('signals', 0);
  await store.commit(first, commit({ to: { 'winnow.observations': 1 }, ledger: [cell(3)] }));
  await store.commit(await store.claim('signals', 1), commit({ ledger: [cell(10)] }));

  expect(readLedger(dir)).toEqual({ cells: [cell(13)], pending: { 'audit.event': 4, 'alertmanager.alerts': 2 } });
});

test('given a state that is being written, when a reader loads it, then it sees one moment and takes nothing over', async () => {
  const { store, reader } = opened();
  const claim = await store.claim('signals', 0);
  await store.commit(claim, commit({ to: { 'winnow.observations': 1 }, delta: bytes('d1'), version: 3 }));
  const loaded = reader.load('signals', 0);
  const snapshots = [{ bucket: 0, of: 1, content: bytes('s2') }];
  await store.commit(
    claim,
    commit({ from: { 'winnow.observations': 1 }, to: { 'winnow.observations': 2 }, delta: bytes('d2'), snapshots }),
  );

  expect(loaded).toMatchObject({ offsets: { 'winnow.observations': 1 }, version: 3 });
  expect(await texts(loaded!.changes)).toEqual(['d1']);
  expect(await texts(reader.load('signals', 0)!.changes)).toEqual(['s2']);
  expect(reader.load('grouping', 0)).toBeUndefined();
  expect(reader.committed()).toMatchObject([{ stage: 'signals', partition: 0, offsets: { 'winnow.observations': 2 } }]);
  expect(reader.committed()[0]).not.toHaveProperty('token');
});

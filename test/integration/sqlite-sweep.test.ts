import { type LogInfo, openReader, openSqlite, type SqliteOptions } from '@winnow/sqlite';
import type { NewRecord } from '@winnow/stream';
import { expect, onTestFinished, test, vi } from 'vitest';
import { dataDir } from './sqlite-fixtures/data-dir.ts';
import { commit, readAll, record } from './sqlite-fixtures/samples.ts';

const hour = 3_600_000;

function opened(options: Omit<SqliteOptions, 'dir'> = {}) {
  const dir = dataDir();
  let now = 0;
  const sqlite = openSqlite({ dir, durability: 'process', clock: () => now, ...options });
  onTestFinished(() => sqlite.close());
  const at = async (time: number, records: readonly NewRecord[]) => {
    now = time;
    await sqlite.log.append(records);
  };
  return { ...sqlite, dir, at };
}

function logsOf(dir: string): LogInfo[] {
  const reader = openReader(dir);
  try {
    return reader.logs();
  } finally {
    reader.close();
  }
}

const inventory = (key: string, value: unknown) => record(value, { topic: 'winnow.inventory', key });

test('given records older than the age allowed, when the file is swept, then they go and the others keep their offsets', async () => {
  const { log, at, sweep, dir } = opened({ retention: { maxAgeMs: hour } });
  await at(0, [record('old'), record('older too')]);
  await at(hour, [record('young')]);

  expect(await sweep(hour + 1)).toMatchObject({ aged: 2, oversize: 0, overLimit: false });
  expect((await readAll(log)).map((each) => [each.offset, each.value])).toEqual([[2, 'young']]);
  expect(logsOf(dir)).toMatchObject([{ records: 1, next: 3, oldestAt: hour, newestAt: hour }]);
});

test('given that all records of a log went, when one is appended, then offsets go on where they were', async () => {
  const { log, at, sweep } = opened({ retention: { maxAgeMs: hour } });
  await at(0, [record('old')]);
  await sweep(2 * hour);
  expect(await log.append([record('new')])).toEqual([1]);
});

test('given a stage that has not handled all, when the file is swept, then what it has yet to read is kept', async () => {
  const { log, store, at, sweep } = opened({ retention: { maxAgeMs: hour } });
  await at(0, [record('handled'), record('not yet')]);
  const claim = await store.claim('signals', 0);
  await store.commit(claim, commit({ to: { 'winnow.observations': 1 } }));

  expect(await sweep(2 * hour)).toMatchObject({ aged: 1 });
  expect((await readAll(log)).map((each) => each.value)).toEqual(['not yet']);
});

test('given a stage that has not begun, when its topics are told, then they are kept for it', async () => {
  const consumers = { signals: ['winnow.observations'] } as const;
  const { at, sweep } = opened({ retention: { maxAgeMs: hour, consumers } });
  await at(0, [record('for signals'), record('for nobody', { topic: 'winnow.changes' })]);
  expect(await sweep(2 * hour)).toMatchObject({ aged: 1 });
});

test('given more than the size allowed, when the file is swept, then the oldest records of all logs go until it fits', async () => {
  const maxBytes = 2_000_000;
  const { log, at, sweep, size } = opened({ retention: { maxBytes } });
  const text = 'x'.repeat(1_000);
  for (let time = 0; time < 4_000; time += 100) {
    const topic = (time / 100) % 2 ? 'winnow.changes' : 'winnow.observations';
    await at(
      time,
      Array.from({ length: 100 }, (_, index) => record({ at: time + index, text }, { topic })),
    );
  }
  expect(size().used).toBeGreaterThan(2 * maxBytes);

  const report = await sweep(hour);
  expect(report.oversize).toBeGreaterThan(2_000);
  expect(report.overLimit).toBe(false);
  expect(size().used).toBeLessThanOrEqual(maxBytes);
  const left = [...(await readAll(log)), ...(await readAll(log, 'winnow.changes'))];
  const times = left.map((each) => (each.value as { at: number }).at);
  // The newest are there, and of both logs about equally much.
  expect(Math.max(...times)).toBe(3_999);
  expect(Math.min(...times)).toBeGreaterThan(3_999 - times.length - 300);
});

test('given a stage that lags, when its records alone are over the size, then they are kept and the sweep says so', async () => {
  const { store, at, sweep } = opened({ retention: { maxBytes: 100_000 } });
  const claim = await store.claim('signals', 0);
  await store.commit(claim, commit({ to: { 'winnow.observations': 0 } }));
  await at(
    0,
    Array.from({ length: 300 }, () => record('x'.repeat(1_000))),
  );
  expect(await sweep(hour)).toMatchObject({ oversize: 0, overLimit: true });
});

test('given a file that was filled and swept again and again, when it is filled once more, then it does not grow', async () => {
  const { at, sweep, size } = opened({ retention: { maxAgeMs: hour } });
  const fill = (time: number) =>
    at(
      time,
      Array.from({ length: 2_000 }, () => record('x'.repeat(500))),
    );
  const sizes: number[] = [];
  for (let round = 1; round <= 6; round++) {
    await fill(round * 2 * hour);
    await sweep((round * 2 + 2) * hour);
    sizes.push(size().file);
  }
  expect(sizes.at(-1)).toBeLessThanOrEqual(Math.max(...sizes.slice(0, 3)) * 1.05);
});

test('given a file of which most is free, when it is swept, then it gives the space back', async () => {
  const { at, sweep, dir, log, close } = opened({ retention: { maxAgeMs: hour } });
  await at(
    0,
    Array.from({ length: 20_000 }, () => record('x'.repeat(2_000))),
  );
  await sweep(2 * hour);
  await log.append([record('last')]);
  await close();
  const { statSync } = await import('node:fs');
  expect(statSync(`${dir}/winnow.db`).size).toBeLessThan(20_000_000);
});

test('given several revisions of a key, when a compacted topic is swept, then only the latest of each is left', async () => {
  const { log, at, sweep, dir } = opened();
  await at(0, [inventory('a', 1), inventory('b', 1), inventory('a', 2)]);
  await at(1, [inventory('a', 3), inventory('c', 1)]);
  expect(await sweep(2)).toMatchObject({ compacted: 2 });
  await at(3, [inventory('c', 2)]);
  expect(await sweep(4)).toMatchObject({ compacted: 1 });

  const left = await readAll(log, 'winnow.inventory');
  expect(left.map(({ offset, key, value }) => [offset, key, value])).toEqual([
    [1, 'b', 1],
    [3, 'a', 3],
    [5, 'c', 2],
  ]);
  expect(logsOf(dir)).toMatchObject([{ records: 3, next: 6 }]);
});

test('given a tombstone, when its grace is over, then it goes too, and not before', async () => {
  const { log, at, sweep } = opened({ retention: { tombstoneMs: hour } });
  await at(0, [inventory('a', 1), inventory('a', null)]);
  expect(await sweep(hour)).toMatchObject({ compacted: 1, tombstones: 0 });
  expect(await readAll(log, 'winnow.inventory')).toMatchObject([{ offset: 1, value: null }]);
  expect(await sweep(hour + 1)).toMatchObject({ compacted: 0, tombstones: 1 });
  expect(await readAll(log, 'winnow.inventory')).toEqual([]);
});

test('given a stage that reads a compacted topic, when it lags, then the revisions that it has yet to see are kept', async () => {
  const { log, store, at, sweep } = opened();
  await at(
    0,
    [1, 2, 3, 4].map((value) => inventory('a', value)),
  );
  const claim = await store.claim('context', 0);
  await store.commit(claim, commit({ to: { 'winnow.inventory': 2 } }));
  expect(await sweep(1)).toMatchObject({ compacted: 1 });
  expect((await readAll(log, 'winnow.inventory')).map((each) => each.value)).toEqual([2, 3, 4]);
});

test('given a compacted topic, when records are over the age, then they are kept', async () => {
  const { at, sweep } = opened({ retention: { maxAgeMs: hour } });
  await at(0, [inventory('a', 1)]);
  expect(await sweep(9 * hour)).toMatchObject({ aged: 0, compacted: 0 });
});

test('given much to forget, when the file is swept, then it is done in many slices and appends go on between them', async () => {
  const { log, at, sweep } = opened({ retention: { maxAgeMs: hour } });
  await at(
    0,
    Array.from({ length: 30_000 }, (_, index) => record({ index })),
  );
  let turns = 0;
  let sweeping = true;
  const count = () => {
    turns += 1;
    if (sweeping) setImmediate(count);
  };
  setImmediate(count);
  const swept = sweep(2 * hour);
  await at(2 * hour, [record('meanwhile')]);
  expect(await swept).toMatchObject({ aged: 30_000 });
  expect((await readAll(log)).map((each) => each.offset)).toEqual([30_000]);
  sweeping = false;
  expect(turns).toBeGreaterThan(8);
});

test('given a subscription behind what was swept, when it goes on, then it goes on with the oldest record that is left', async () => {
  const { log, at, sweep } = opened({ retention: { maxAgeMs: hour } });
  await at(0, [record('gone 0'), record('gone 1')]);
  const seen: unknown[] = [];
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const subscription = log.subscribe(
    { topic: 'winnow.observations', partition: 0, from: 0, maxBatch: 1 },
    async (batch) => {
      seen.push(...batch.map((each) => each.value));
      await held;
    },
  );
  await vi.waitFor(() => expect(seen).toHaveLength(1));
  await sweep(2 * hour);
  await at(2 * hour, [record('left')]);
  release();
  await log.idle();
  await subscription.close();
  expect(seen).toEqual(['gone 0', 'left']);
});

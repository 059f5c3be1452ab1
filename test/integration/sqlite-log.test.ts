import { openSqlite } from '@winnow/sqlite';
import { LogUnavailable, type NewRecord } from '@winnow/stream';
import { expect, onTestFinished, test } from 'vitest';
import { dataDir } from './sqlite-fixtures/data-dir.ts';
import { readAll, record } from './sqlite-fixtures/samples.ts';

function opened(dir = dataDir()) {
  const sqlite = openSqlite(dir);
  onTestFinished(() => sqlite.close());
  return sqlite;
}

test('given records for several logs, when they are appended, then each log counts its offsets without gaps', async () => {
  const { log } = opened();
  const other: Partial<NewRecord> = { topic: 'winnow.signals', partition: 3 };

  expect(await log.append([record(1), record(2, other), record(3)])).toEqual([0, 0, 1]);
  expect(await log.append([record(4, other), record(5)])).toEqual([1, 2]);
});

test('given an appended record, when it is read, then nothing of it has changed', async () => {
  const { log } = opened();
  const value = { text: 'a\u0000b 💥 \ud800', list: [1, null, { deep: true }] };
  const sent = record(value, { key: 'k/ä\u0000z', headers: { traceparent: '00-ab', seq: '7' } });
  await log.append([sent, record(null)]);

  const [first, second] = await readAll(log);
  expect(first).toEqual({ ...sent, offset: 0 });
  expect(second?.value).toBeNull();
});

test('given a log that was closed, when it is opened again, then its records are there and offsets go on', async () => {
  const dir = dataDir();
  const before = openSqlite(dir);
  await before.log.append([record('a'), record('b')]);
  await before.close();

  const { log } = opened(dir);
  expect(await log.append([record('c')])).toEqual([2]);
  expect((await readAll(log)).map((each) => each.value)).toEqual(['a', 'b', 'c']);
});

test('given a closed log, when something is appended, then the sender is told that it still owns it', async () => {
  const sqlite = openSqlite(dataDir());
  await sqlite.close();
  await expect(sqlite.log.append([record(1)])).rejects.toBeInstanceOf(LogUnavailable);
});

test('given appends that have not been awaited, when the log is closed, then they are durable', async () => {
  const dir = dataDir();
  const before = openSqlite(dir);
  const appended = before.log.append([record('late')]);
  await before.close();
  expect(await appended).toEqual([0]);
  expect((await readAll(opened(dir).log)).map((each) => each.value)).toEqual(['late']);
});

test('given a value that is no JSON, when it is appended beside others, then it alone is rejected', async () => {
  const { log } = opened();
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  const [good, bad, alsoGood] = await Promise.allSettled([
    log.append([record('good')]),
    log.append([record(cycle)]),
    log.append([record('also good')]),
  ]);
  expect([good, alsoGood].map((each) => each.status)).toEqual(['fulfilled', 'fulfilled']);
  expect(bad.status).toBe('rejected');
  expect((await readAll(log)).map((each) => each.value)).toEqual(['good', 'also good']);
});

test('given a record that the file cannot take, when it is appended beside others, then it alone is rejected', async () => {
  const { log } = opened();
  const impossible = record('bad', { partition: {} as number });
  const [good, bad] = await Promise.allSettled([log.append([record('good')]), log.append([record('x'), impossible])]);
  expect([good.status, bad.status]).toEqual(['fulfilled', 'rejected']);
  expect((await readAll(log)).map((each) => [each.offset, each.value])).toEqual([[0, 'good']]);
});

test('given a subscription, when records come in, then it gets them in order, one batch at a time', async () => {
  const { log } = opened();
  const seen: unknown[] = [];
  let running = 0;
  await log.append([0, 1, 2, 3, 4].map((each) => record(each)));
  const subscription = log.subscribe(
    { topic: 'winnow.observations', partition: 0, from: 1, maxBatch: 2 },
    async (batch) => {
      running += 1;
      expect(running).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 2));
      seen.push(batch.map((each) => each.value));
      running -= 1;
    },
  );
  await log.idle();
  await log.append([record(5)]);
  await log.idle();
  await subscription.close();
  await log.append([record(6)]);
  await log.idle();
  expect(seen).toEqual([[1, 2], [3, 4], [5]]);
});

test('given a handler that appends to a log with a subscriber, when idle resolves, then that one has handled it too', async () => {
  const { log } = opened();
  const end: unknown[] = [];
  log.subscribe({ topic: 'winnow.observations', partition: 0, from: 0 }, async (batch) => {
    await log.append(batch.map((each) => record(`signal of ${each.value}`, { topic: 'winnow.signals' })));
  });
  log.subscribe({ topic: 'winnow.signals', partition: 0, from: 0 }, async (batch) => {
    end.push(...batch.map((each) => each.value));
  });
  await log.append([record(1), record(2)]);
  await log.idle();
  expect(end).toEqual(['signal of 1', 'signal of 2']);
});

test('given a handler that rejects, when its batch is delivered, then its subscription ends with that error and the rest goes on', async () => {
  const { log } = opened();
  const failing = log.subscribe({ topic: 'winnow.observations', partition: 0, from: 0 }, async () => {
    throw new Error('no more');
  });
  await log.append([record(1)]);
  await expect(failing.done).rejects.toThrow('no more');
  await log.idle();
  expect(await readAll(log)).toHaveLength(1);
});

test('given a subscription whose handler runs, when it is closed, then close waits for the handler', async () => {
  const { log } = opened();
  let finished = false;
  let started = () => {};
  const running = new Promise<void>((resolve) => {
    started = resolve;
  });
  const subscription = log.subscribe({ topic: 'winnow.observations', partition: 0, from: 0 }, async () => {
    started();
    await new Promise((resolve) => setTimeout(resolve, 20));
    finished = true;
  });
  await log.append([record(1)]);
  await running;
  await subscription.close();
  expect(finished).toBe(true);
  await subscription.done;
});

test('given large records, when they are delivered, then a batch holds about a megabyte', async () => {
  const { log } = opened();
  await log.append(Array.from({ length: 8 }, (_, index) => record({ index, text: 'x'.repeat(400_000) })));
  const sizes: number[] = [];
  const subscription = log.subscribe({ topic: 'winnow.observations', partition: 0, from: 0 }, async (batch) => {
    sizes.push(batch.length);
  });
  await log.idle();
  await subscription.close();
  expect(sizes).toEqual([2, 2, 2, 2]);
});

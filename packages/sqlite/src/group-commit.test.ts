import { DatabaseSync } from 'node:sqlite';
import { LogUnavailable, type NewRecord } from '@winnow/stream';
import { expect, test } from 'vitest';
import { createAppend } from './event-log.ts';
import { createGroupCommit } from './group-commit.ts';
import { openHeads } from './heads.ts';
import { prepareRecord } from './record-table.ts';
import { prepareSchema } from './schema.ts';

function opened() {
  const db = new DatabaseSync(':memory:');
  prepareSchema(db, 'memory');
  const heads = openHeads(db);
  const transactions: number[] = [];
  const { appendWithin, takeWritten } = createAppend(db, heads, () => 0);
  const commits = createGroupCommit(db, 'memory', heads, {
    onGrowth: (grown) => transactions.push(grown.length),
    onUndo: takeWritten,
  });
  const append = (...records: readonly NewRecord[]) => {
    const prepared = records.map(prepareRecord);
    return commits.run('acknowledged', () => appendWithin(prepared), prepared[0]?.bytes);
  };
  return { db, commits, append, transactions };
}

const record = (value: unknown): NewRecord => ({
  topic: 'winnow.observations',
  partition: 0,
  key: 'prod',
  headers: {},
  value,
});

test('given writes of the same turn, when they are committed, then they share one transaction', async () => {
  const { append, transactions } = opened();
  const offsets = await Promise.all([append(record(1)), append(record(2), record(3)), append(record(4))]);
  expect(offsets).toEqual([[0], [1, 2], [3]]);
  expect(transactions).toEqual([1]);
});

test('given more than a transaction is to hold, when it is committed, then the rest waits for the next one', async () => {
  const { append, transactions } = opened();
  const megabyte = record('x'.repeat(1024 * 1024));
  await Promise.all([append(megabyte), append(megabyte), append(megabyte)]);
  expect(transactions).toEqual([1, 1]);
});

test('given one write at fault, when the group is committed, then the others are, each alone', async () => {
  const { append, commits, transactions } = opened();
  const faulty = commits.run('acknowledged', () => {
    throw new Error('at fault');
  });
  const results = await Promise.allSettled([append(record(1)), faulty, append(record(2))]);
  expect(results.map((each) => each.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(results.at(2)).toMatchObject({ value: [1] });
  // In the order in which they were asked for.
  expect(transactions).toEqual([0, 1, 1]);
});

// A simulation: the limit of pages gives the same SQLITE_FULL as a full disk. test/integration/sqlite-full-disk.test.ts fills a real one.
test('given no page left (simulated), when records are appended, then they are refused, and go on when there are pages again', async () => {
  const { db, append } = opened();
  const large = record('x'.repeat(20_000));
  expect(await append(record('first'))).toEqual([0]);
  db.exec('PRAGMA max_page_count = 40');
  const accepted: number[][] = [];
  await expect(
    (async () => {
      for (;;) accepted.push(await append(large));
    })(),
  ).rejects.toBeInstanceOf(LogUnavailable);
  await expect(append(large)).rejects.toThrow(/the disk is full; nothing was written/);

  db.exec('PRAGMA max_page_count = 4000');
  expect(await append(large)).toEqual([accepted.length + 1]);
  expect(db.prepare('SELECT count(*) AS count FROM log_1').get()).toEqual({ count: accepted.length + 2 });
});

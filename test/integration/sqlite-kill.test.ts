import { openReader, openSqlite, readLedger } from '@winnow/sqlite';
import type { LogRecord } from '@winnow/stream';
import { expect, test } from 'vitest';
import { startFixture } from './sqlite-fixtures/child.ts';
import { dataDir } from './sqlite-fixtures/data-dir.ts';
import { readAll, texts } from './sqlite-fixtures/samples.ts';

interface Acknowledged {
  readonly appended: number[];
  committed: number;
}

/** Lets the child work for a while, kills it, and gives what it had acknowledged. */
async function workUntilKilled(dir: string, durability: string, ms: number): Promise<string[]> {
  const child = startFixture('append-and-commit.ts', [dir, durability]);
  await child.line('begin');
  await new Promise((resolve) => setTimeout(resolve, ms));
  child.process.kill('SIGKILL');
  await child.ended;
  return child.lines;
}

function note(lines: readonly string[], acknowledged: Acknowledged): void {
  for (const line of lines) {
    const [what, ...numbers] = line.split(' ');
    if (what === 'appended') acknowledged.appended.push(...numbers.map(Number));
    if (what === 'committed') acknowledged.committed = Number(numbers[0]);
  }
}

const offsetsOf = (records: readonly LogRecord[]) => records.map((each) => each.offset);
const upTo = (end: number) => Array.from({ length: end }, (_, index) => index);

async function checkFile(dir: string, acknowledged: Acknowledged): Promise<void> {
  const { log, store, close } = openSqlite(dir);
  const input = await readAll(log, 'winnow.observations');
  const output = await readAll(log, 'winnow.signals');
  const loaded = await store.load(await store.claim('copy', 0));
  const offset = loaded.offsets['winnow.observations'] ?? 0;

  // No gap, and nothing lost that was acknowledged.
  expect(offsetsOf(input)).toEqual(upTo(input.length));
  expect(Math.max(-1, ...acknowledged.appended)).toBeLessThan(input.length);
  expect(new Set(acknowledged.appended).size).toBe(acknowledged.appended.length);
  expect(offset).toBeGreaterThanOrEqual(acknowledged.committed);

  // A commit is one: its offset, its outgoing records, its seq, its delta and its ledger.
  expect(output.map((each) => each.value)).toEqual(input.slice(0, offset).map((each) => each.value));
  expect(loaded.seq).toBe(offset);
  expect((await texts(loaded.changes)).map(Number).at(-1) ?? 0).toBe(offset);
  expect(loaded.ledger.map((cell) => cell.count)).toEqual(offset === 0 ? [] : [offset]);
  const latest = new Map((await readAll(log, 'winnow.inventory')).map(({ key, value }) => [key, value]));
  const lastOffsets = upTo(offset).slice(-7);
  expect(Object.fromEntries(latest)).toEqual(Object.fromEntries(lastOffsets.map((each) => [`k${each % 7}`, each])));
  await close();
}

test.each([
  ['disk', 20],
  ['process', 10],
])(
  'given a process that appends and commits (durability: %s), when it is killed %i times, then nothing acknowledged is lost and commits are whole',
  async (durability, kills) => {
    const dir = dataDir();
    const acknowledged: Acknowledged = { appended: [], committed: 0 };
    for (let kill = 0; kill < kills; kill++) {
      note(await workUntilKilled(dir, durability, 5 + Math.random() * 200), acknowledged);
      // Also a reader that comes before the next writer finds the file whole.
      const reader = openReader(dir);
      expect(reader.logs().find((each) => each.topic === 'winnow.observations')?.records ?? 0).toBeGreaterThanOrEqual(
        acknowledged.appended.length,
      );
      reader.close();
      readLedger(dir);
      await checkFile(dir, acknowledged);
    }
    expect(acknowledged.appended.length).toBeGreaterThan(kills);
    expect(acknowledged.committed).toBeGreaterThan(kills);
  },
);

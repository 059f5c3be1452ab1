// A state of a million rows is loaded in small turns. The figures are printed; what is asserted is what keeps them small.
import { openReader, openSqlite } from '@winnow/sqlite';
import { openPartition, openTables, type Stage, type Tables } from '@winnow/stream';
import { expect, test } from 'vitest';
import { dataDir } from './sqlite-fixtures/data-dir.ts';
import { commit } from './sqlite-fixtures/samples.ts';

const rows = 1_000_000;
const buckets = 64;
const columns = { seen: ['idHigh', 'idLow', 'endsAt', 'lastAt', 'line'] } as const;
const stage: Stage<Tables<typeof columns>> = {
  name: 'signals',
  version: 1,
  inputs: ['winnow.observations'],
  tables: columns,
  open: (tables) => tables as Tables<typeof columns>,
  decide: () => ({}),
};

/** Commits a table of many rows as a stage does: its buckets as snapshots, some a commit, and a later delta. */
async function fill(dir: string): Promise<void> {
  const { store, close } = openSqlite({ dir, durability: 'process' });
  const claim = await store.claim('signals', 0);
  const set = openTables(columns);
  for (let row = 0; row < rows; row++) {
    const key = (BigInt(row) * 0x9e3779b97f4a7c15n) & 0xffffffffffffffffn;
    set.tables.seen.set(key.toString(16).padStart(16, '0'), [row, 1, 2, 3, 4]);
  }
  await store.commit(claim, commit({ delta: set.takeDelta() }));
  for (let bucket = 0; bucket < buckets; bucket += 8) {
    const numbers = Array.from({ length: 8 }, (_, index) => bucket + index);
    const snapshots = numbers.map((each) => ({ bucket: each, of: buckets, content: set.snapshot(each) }));
    await store.commit(claim, commit({ snapshots }));
  }
  set.tables.seen.set('00000000000000ff', [9, 9, 9, 9, 9]);
  await store.commit(claim, commit({ delta: set.takeDelta() }));
  await close();
}

test('given a million rows, when the state is loaded, then it comes in small parts with turns for everything else', async () => {
  const dir = dataDir();
  await fill(dir);
  const reader = openReader(dir);
  const pauses = watchPauses();
  const started = performance.now();

  const loaded = reader.load('signals', 0)!;
  const parts: number[] = [];
  const memory = await openPartition(stage, {
    ...loaded,
    changes: (async function* () {
      for await (const part of loaded.changes) {
        parts.push(part.length);
        yield part;
      }
    })(),
  });

  const { turns, longestMs } = pauses.stop();
  const ms = Math.round(performance.now() - started);
  console.log(`${rows} rows: ${ms} ms, longest pause ${Math.round(longestMs)} ms`);
  reader.close();

  expect(memory.state.seen.size).toBe(rows + 1);
  expect(memory.state.seen.get('00000000000000ff')).toEqual([9, 9, 9, 9, 9]);
  // The one large delta that the snapshots cover is not read again.
  expect(parts).toHaveLength(buckets + 1);
  expect(Math.max(...parts)).toBeLessThan(2 * 1024 * 1024);
  expect(turns).toBeGreaterThan(buckets / 4);
});

function watchPauses() {
  let turns = 0;
  let longestMs = 0;
  let last = performance.now();
  let watching = true;
  const look = () => {
    const now = performance.now();
    longestMs = Math.max(longestMs, now - last);
    last = now;
    turns += 1;
    if (watching) setImmediate(look);
  };
  setImmediate(look);
  return {
    stop() {
      watching = false;
      return { turns, longestMs };
    },
  };
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUCKETS } from './buckets.ts';
import { StateDamaged } from './errors.ts';
import { jsonTable, packedTable, type Tables } from './stage.ts';
import { openTables } from './table-set.ts';

const specs = { words: 'json', numbers: ['a', 'b'] } as const;
const hexKey = (n: number) => n.toString(16).padStart(16, '0');

type Opened = ReturnType<typeof openTables<typeof specs>>;
const partsOf = ({ tables }: Opened) => ({
  words: jsonTable<unknown>(tables as unknown as Tables, 'words'),
  numbers: packedTable(tables as unknown as Tables, 'numbers'),
});
const contentOf = (set: Opened) => ({
  words: [...partsOf(set).words.entries()],
  numbers: [...partsOf(set).numbers.entries()],
});

/** A commit: some sets and deletes, then a delta, and perhaps some buckets written whole. */
const change = fc.record({
  key: fc.nat(40),
  value: fc.option(fc.jsonValue(), { nil: undefined }),
  packed: fc.boolean(),
});
const commit = fc.record({
  changes: fc.array(change, { maxLength: 20 }),
  snapshots: fc.array(fc.nat(BUCKETS - 1), { maxLength: 5 }),
});

function apply(set: Opened, changes: readonly { key: number; value: unknown; packed: boolean }[]): void {
  const { words, numbers } = partsOf(set);
  for (const { key, value, packed } of changes) {
    if (packed && value === undefined) numbers.delete(hexKey(key));
    else if (packed) numbers.set(hexKey(key), [key, key / 3]);
    else if (value === undefined) words.delete(`k${key}`);
    else words.set(`k${key}`, value === null ? 0 : JSON.parse(JSON.stringify(value)));
  }
}

describe('a set of tables', () => {
  it('given any commits, when their blobs are applied in order, then the tables are as they were', () => {
    fc.assert(
      fc.property(fc.array(commit, { maxLength: 12 }), (commits) => {
        const written = openTables(specs);
        const blobs: Uint8Array[] = [];
        for (const { changes, snapshots } of commits) {
          apply(written, changes);
          blobs.push(written.takeDelta(), ...snapshots.map((bucket) => written.snapshot(bucket)));
        }
        const read = openTables(specs);
        for (const blob of blobs) if (blob.byteLength > 0) read.apply(blob);
        expect(contentOf(read)).toEqual(contentOf(written));
        expect(read.takeDelta().byteLength).toBe(0);
      }),
    );
  });

  it('given snapshots of all buckets, when they are applied over other content, then they replace it', () => {
    const written = openTables(specs);
    apply(written, [
      { key: 1, value: 'one', packed: false },
      { key: 2, value: 1, packed: true },
    ]);
    const other = openTables(specs);
    apply(other, [
      { key: 3, value: 'gone', packed: false },
      { key: 4, value: 1, packed: true },
    ]);
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      expect(other.apply(written.snapshot(bucket))).toMatchObject({ kind: 'snapshot', bucket });
    }
    expect(contentOf(other)).toEqual(contentOf(written));
  });

  it('given a column that was added, when older rows are read, then they come by their names and the new one is 0', () => {
    const older = openTables({ numbers: ['a', 'b'] });
    packedTable(older.tables as unknown as Tables, 'numbers').set(hexKey(1), [10, 20]);
    const newer = openTables({ numbers: ['b', 'c', 'a'] });
    newer.apply(older.takeDelta());
    expect(packedTable(newer.tables as unknown as Tables, 'numbers').get(hexKey(1))).toEqual([20, 0, 10]);
  });

  it('given a table that the stage no longer has, when it is read, then it is left behind', () => {
    const older = openTables({ old: 'json' });
    jsonTable(older.tables as unknown as Tables, 'old').set('a', 1);
    expect(() => openTables({ fresh: 'json' }).apply(older.takeDelta())).not.toThrow();
  });

  it('given bytes that are cut or foreign, when they are applied, then the state is said to be damaged', () => {
    const set = openTables(specs);
    apply(set, [{ key: 2, value: 1, packed: true }]);
    const blob = set.takeDelta();
    expect(() => set.apply(blob.subarray(0, blob.byteLength - 4))).toThrow(StateDamaged);
    expect(() => set.apply(blob.subarray(0, 12))).toThrow(StateDamaged);
    expect(() => set.apply(new Uint8Array(64))).toThrow(StateDamaged);
    expect(() => set.apply(new Uint8Array(2))).toThrow(StateDamaged);
  });

  it('given many commits of one size, when buckets are rewritten by the policy, then what a load reads stays bounded', async () => {
    const { createSnapshotPolicy } = await import('./snapshot-policy.ts');
    const { createBlobHistory } = await import('./memory/blob-history.ts');
    const set = openTables(specs);
    const policy = createSnapshotPolicy(set as never);
    const history = createBlobHistory();
    let most = 0;
    for (let at = 0; at < 3000; at++) {
      apply(
        set,
        Array.from({ length: 20 }, (_, n) => ({ key: (at * 20 + n) % 5000, value: `v${at}`, packed: n % 2 === 0 })),
      );
      const delta = set.takeDelta();
      const snapshots = policy.next(delta.byteLength);
      most = Math.max(most, snapshots.reduce((sum, each) => sum + each.content.byteLength, 0) / delta.byteLength);
      history.add(delta, snapshots);
    }
    const size = Array.from({ length: BUCKETS }, (_, bucket) => set.snapshot(bucket).byteLength).reduce(
      (a, b) => a + b,
    );
    const kept = history.inOrder().reduce((sum, blob) => sum + blob.byteLength, 0);
    expect(kept).toBeLessThan(4 * size);
    expect(most).toBeLessThan(8);
    const read = openTables(specs);
    for (const blob of history.inOrder()) read.apply(blob);
    expect(contentOf(read)).toEqual(contentOf(set));
  });
});

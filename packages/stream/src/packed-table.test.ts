import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { hash64 } from '@winnow/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPackedTable } from './packed-table.ts';

const ROWS = 1_000_000;

describe('a packed table', () => {
  it('given any sets and deletes, when it is read, then it holds what a map would', () => {
    // Few distinct keys that differ in either half, so that they meet in one bucket and are deleted out of longer runs.
    const key = fc.nat(60).map((n) => (n % 2 ? n : n * 64).toString(16).padStart(16, n % 3 ? '0' : 'f'));
    const step = fc.tuple(key, fc.option(fc.tuple(fc.double(), fc.integer()), { nil: undefined }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const table = createPackedTable(['one', 'other']);
        const model = new Map<string, number[]>();
        for (const [name, row] of steps) {
          if (row) {
            table.set(name, row);
            model.set(name, row);
          } else expect(table.delete(name)).toBe(model.delete(name));
        }
        expect([...table.entries()]).toEqual([...model].sort(([a], [b]) => (a < b ? -1 : 1)));
        expect(table.size).toBe(model.size);
        for (const [name, row] of model) expect(table.get(name)).toEqual(row);
      }),
    );
  });

  it('given a key or a row of another form, when it is set, then it is refused', () => {
    const table = createPackedTable(['one']);
    expect(() => table.set('abc', [1])).toThrow(RangeError);
    expect(() => table.set('ABCDEF0123456789', [1])).toThrow(RangeError);
    expect(() => table.set('abcdef0123456789', [1, 2])).toThrow(RangeError);
    expect(table.size).toBe(0);
  });

  it('given a row that was read, when it is changed, then the table is not', () => {
    const table = createPackedTable(['one']);
    table.set('0000000000000000', [1]);
    (table.get('0000000000000000') as number[])[0] = 2;
    expect(table.get('0000000000000000')).toEqual([1]);
  });

  it('given a million rows of five columns, when memory is measured, then it is at most 90 bytes a row', () => {
    const before = memory();
    const table = createPackedTable(['a', 'b', 'c', 'd', 'e']);
    let largest = 0;
    for (let row = 0; row < ROWS; row++) {
      table.set(hash64(`row ${row}`), [row, 2, 3, 4, 5]);
      if (row % 1000 === 999) largest = Math.max(largest, table.takeChanges()?.content.byteLength ?? 0);
    }
    expect(table.size).toBe(ROWS);
    // What changed is written; the rest is not written again.
    expect(largest).toBe(1000 * 48);
    expect((memory() - before) / ROWS).toBeLessThan(90);
    expect(table.get(hash64('row 123456'))).toEqual([123456, 2, 3, 4, 5]);
  }, 60_000);
});

/** Bytes in use, without the garbage that filling the table left. */
function memory(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

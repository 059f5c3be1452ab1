import { BUCKETS, type Bucketed } from './buckets.ts';
import { createPackedBucket, mix, type PackedBucket } from './packed-bucket.ts';
import { formatKey, highOf, lowOf } from './packed-key.ts';
import { decodePacked, encodePacked } from './packed-rows.ts';

/**
 * A table of fixed rows of numbers (64-bit floats) by a 64-bit key of 16 hexadecimal digits: some 100 bytes a row in all, for what
 * there are millions of.
 */
export interface PackedTable {
  readonly size: number;
  /** The row's columns in the order of the spec; a copy. */
  get(key: string): number[] | undefined;
  /** @throws RangeError where the key is not 16 hexadecimal digits or the row has another width. */
  set(key: string, row: readonly number[]): void;
  delete(key: string): boolean;
  /** In the order of the keys. */
  entries(): IterableIterator<[string, number[]]>;
}

/** An empty table with a column for each name. */
export function createPackedTable(columns: readonly string[]): PackedTable & Bucketed {
  const width = columns.length;
  const buckets = Array.from({ length: BUCKETS }, () => createPackedBucket(width));
  /** Keys of changed rows, two numbers each; a key may be there twice. */
  let changed: number[] = [];

  const bucketOf = (high: number, low: number) => buckets[mix(high, low) % BUCKETS] as PackedBucket;
  const sizeOf = () => buckets.reduce((sum, bucket) => sum + bucket.size, 0);

  function rowAt(high: number, low: number): number[] | undefined {
    const bucket = bucketOf(high, low);
    const slot = bucket.find(high, low);
    if (slot < 0) return undefined;
    const row = new Array<number>(width).fill(0);
    bucket.copyRow(slot, row, 0);
    return row;
  }

  /** All keys as 64-bit numbers in their order, read as pairs (low, high). */
  function sortedKeys(): Uint32Array {
    const sorted = new BigUint64Array(sizeOf());
    const halves = new Uint32Array(sorted.buffer);
    let at = 0;
    for (const bucket of buckets) {
      bucket.each((high, low) => {
        halves[at++] = low;
        halves[at++] = high;
      });
    }
    sorted.sort();
    return halves;
  }

  function* entries(): IterableIterator<[string, number[]]> {
    const keys = sortedKeys();
    for (let at = 0; at < keys.length; at += 2) {
      const low = keys[at] as number;
      const high = keys[at + 1] as number;
      const row = rowAt(high, low);
      if (row) yield [formatKey(high, low), row];
    }
  }

  return {
    get size() {
      return sizeOf();
    },
    get: (key) => rowAt(highOf(key), lowOf(key)),
    set(key, row) {
      if (row.length !== width) throw new RangeError(`a row of ${row.length} columns for ${columns.join(', ')}`);
      const high = highOf(key);
      const low = lowOf(key);
      if (bucketOf(high, low).put(high, low, row, 0, true)) changed.push(high, low);
    },
    delete(key) {
      const high = highOf(key);
      const low = lowOf(key);
      const deleted = bucketOf(high, low).remove(high, low);
      if (deleted) changed.push(high, low);
      return deleted;
    },
    entries,
    takeChanges() {
      if (changed.length === 0) return undefined;
      const pairs = changed;
      changed = [];
      const writer = encodePacked(columns, pairs.length / 2);
      for (let at = 0; at < pairs.length; at += 2) {
        const high = pairs[at] as number;
        const low = pairs[at + 1] as number;
        const bucket = bucketOf(high, low);
        const slot = bucket.find(high, low);
        if (slot < 0) writer.addDelete(high, low);
        else if (bucket.unmark(slot)) bucket.copyRow(slot, writer.values, writer.addRow(high, low));
      }
      return writer.finish();
    },
    encodeBucket(number) {
      const bucket = buckets[number] as PackedBucket;
      if (bucket.size === 0) return undefined;
      const writer = encodePacked(columns, bucket.size);
      bucket.each((high, low, slot) => {
        bucket.copyRow(slot, writer.values, writer.addRow(high, low));
      });
      return writer.finish();
    },
    clearBucket(number) {
      buckets[number]?.clear();
    },
    apply(rows) {
      const content = decodePacked(rows, columns);
      for (let row = 0; row < content.rows; row++) {
        const high = content.keys[row * 2] as number;
        const low = content.keys[row * 2 + 1] as number;
        bucketOf(high, low).put(high, low, content.values, row * width, false);
      }
      for (let at = 0; at < content.deletes.length; at += 2) {
        const high = content.deletes[at] as number;
        const low = content.deletes[at + 1] as number;
        bucketOf(high, low).remove(high, low);
      }
    },
  };
}

import { BUCKETS, type Bucketed, type Rows } from './buckets.ts';
import { createPackedBucket, mix, type PackedBucket } from './packed-bucket.ts';
import { formatKey, highOf, lowOf } from './packed-key.ts';
import { decodePacked, encodePacked } from './packed-rows.ts';

/**
 * A table of fixed rows of numbers (64-bit floats) by a 64-bit key of 16 hexadecimal digits: some 20 bytes a row more than its columns, for what
 * there are millions of.
 */
export interface PackedTable {
  readonly size: number;
  /** The row's columns in the order of the spec; a copy. */
  get(key: string): number[] | undefined;
  /** @throws RangeError where the key is not 16 hexadecimal digits or the row has another width. */
  set(key: string, row: readonly number[]): void;
  delete(key: string): boolean;
  /**
   * The same by a key's two halves, for what is read and written back with each of a million repeats: copies the row to `into`, without
   * making texts or arrays. False where there is none.
   */
  readAt(high: number, low: number, into: Float64Array): boolean;
  writeAt(high: number, low: number, row: Float64Array): void;
  deleteAt(high: number, low: number): boolean;
  /** In the order of the keys. */
  entries(): IterableIterator<[string, number[]]>;
}

/** The lowest bits of a key's hash say which bucket it is in. */
const BUCKET_BITS = Math.log2(BUCKETS);

/** An empty table with a column for each name; `noted` is false where nobody asks for its changes. */
export function createPackedTable(columns: readonly string[], { noted = true } = {}): PackedTable & Bucketed {
  const width = columns.length;
  const buckets = Array.from({ length: BUCKETS }, () => createPackedBucket(width, BUCKET_BITS));
  /** Keys of changed rows, two numbers each; a key may be there twice. */
  let changed: number[] = [];
  let size = 0;
  // Copied for each row that is read: an array that is known to hold floats is filled without being built anew.
  const blank = columns.map(() => 0.5);

  const bucketOf = (hash: number) => buckets[hash & (BUCKETS - 1)] as PackedBucket;

  function put(high: number, low: number, source: ArrayLike<number>, at: number, marked: boolean): void {
    const hash = mix(high, low);
    const bucket = bucketOf(hash);
    const before = bucket.size;
    if (bucket.put(hash, high, low, source, at, marked)) changed.push(high, low);
    size += bucket.size - before;
  }

  function remove(high: number, low: number): boolean {
    const hash = mix(high, low);
    const removed = bucketOf(hash).remove(hash, high, low);
    if (removed) size -= 1;
    return removed;
  }

  function deleteAt(high: number, low: number): boolean {
    const deleted = remove(high, low);
    if (deleted && noted) changed.push(high, low);
    return deleted;
  }

  function rowAt(high: number, low: number): number[] | undefined {
    const hash = mix(high, low);
    const bucket = bucketOf(hash);
    const found = bucket.find(hash, high, low);
    if (found < 0) return undefined;
    const row = blank.slice();
    bucket.copyRow(found, row, 0);
    return row;
  }

  /** All keys as 64-bit numbers in their order, read as pairs (low, high). */
  function sortedKeys(): Uint32Array {
    const sorted = new BigUint64Array(size);
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

  function takeChanges(): Rows | undefined {
    if (changed.length === 0) return undefined;
    const pairs = changed;
    changed = [];
    const writer = encodePacked(columns, pairs.length / 2);
    for (let at = 0; at < pairs.length; at += 2) {
      const high = pairs[at] as number;
      const low = pairs[at + 1] as number;
      const hash = mix(high, low);
      const bucket = bucketOf(hash);
      const row = bucket.find(hash, high, low);
      if (row < 0) writer.addDelete(high, low);
      else if (bucket.unmark(row)) bucket.copyRow(row, writer.values, writer.addRow(high, low));
    }
    return writer.finish();
  }

  function encodeBucket(number: number): Rows | undefined {
    const bucket = buckets[number] as PackedBucket;
    if (bucket.size === 0) return undefined;
    const writer = encodePacked(columns, bucket.size);
    bucket.each((high, low, row) => {
      bucket.copyRow(row, writer.values, writer.addRow(high, low));
    });
    return writer.finish();
  }

  return {
    get size() {
      return size;
    },
    get: (key) => rowAt(highOf(key), lowOf(key)),
    set(key, row) {
      if (row.length !== width) throw new RangeError(`a row of ${row.length} columns for ${columns.join(', ')}`);
      put(highOf(key), lowOf(key), row, 0, noted);
    },
    delete: (key) => deleteAt(highOf(key), lowOf(key)),
    deleteAt,
    readAt(high, low, into) {
      const hash = mix(high, low);
      const bucket = bucketOf(hash);
      const row = bucket.find(hash, high, low);
      if (row < 0) return false;
      bucket.copyRow(row, into, 0);
      return true;
    },
    writeAt: (high, low, row) => put(high, low, row, 0, noted),
    entries,
    takeChanges,
    encodeBucket,
    clearBucket(number) {
      const bucket = buckets[number] as PackedBucket;
      size -= bucket.size;
      bucket.clear();
    },
    apply(rows) {
      const content = decodePacked(rows, columns);
      for (let row = 0; row < content.rows; row++) {
        put(content.keys[row * 2] as number, content.keys[row * 2 + 1] as number, content.values, row * width, false);
      }
      for (let at = 0; at < content.deletes.length; at += 2) {
        remove(content.deletes[at] as number, content.deletes[at + 1] as number);
      }
    },
  };
}

import { BUCKETS, type Bucketed, type Rows } from './buckets.ts';
import { formatKey, highOf, lowOf } from './packed-key.ts';
import { decodePacked, encodePacked } from './packed-rows.ts';
import { createPackedSegment, mix, type PackedSegment, SEGMENT_BITS } from './packed-segment.ts';

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
  /**
   * The same by a key's two halves, for what is read and written back with each of a million repeats: copies the row to `into`, without
   * making texts or arrays. False where there is none.
   */
  readAt(high: number, low: number, into: Float64Array): boolean;
  writeAt(high: number, low: number, row: Float64Array): void;
  /** In the order of the keys. */
  entries(): IterableIterator<[string, number[]]>;
}

/** Many small segments, each of which grows alone: growing moves a thousandth of the rows. A bucket is every 64th segment. */
const SEGMENTS = 1 << SEGMENT_BITS;

/** An empty table with a column for each name; `noted` is false where nobody asks for its changes. */
export function createPackedTable(columns: readonly string[], { noted = true } = {}): PackedTable & Bucketed {
  const width = columns.length;
  const segments = new Array<PackedSegment | undefined>(SEGMENTS).fill(undefined);
  /** Keys of changed rows, two numbers each; a key may be there twice. */
  let changed: number[] = [];
  let size = 0;
  // Copied for each row that is read: an array that is known to hold floats is filled without being built anew.
  const blank = columns.map(() => 0.5);

  const segmentOf = (high: number, low: number) => segments[mix(high, low) % SEGMENTS];

  function* segmentsOf(bucket: number): IterableIterator<PackedSegment> {
    for (let at = bucket; at < SEGMENTS; at += BUCKETS) {
      const segment = segments[at];
      if (segment) yield segment;
    }
  }

  function put(high: number, low: number, source: ArrayLike<number>, at: number, marked: boolean): void {
    const number = mix(high, low) % SEGMENTS;
    const segment = segments[number] ?? createPackedSegment(width);
    segments[number] = segment;
    const before = segment.size;
    if (segment.put(high, low, source, at, marked)) changed.push(high, low);
    size += segment.size - before;
  }

  function remove(high: number, low: number): boolean {
    const removed = segmentOf(high, low)?.remove(high, low) ?? false;
    if (removed) size -= 1;
    return removed;
  }

  function rowAt(high: number, low: number): number[] | undefined {
    const segment = segmentOf(high, low);
    const slot = segment?.find(high, low) ?? -1;
    if (!segment || slot < 0) return undefined;
    const row = blank.slice();
    segment.copyRow(slot, row, 0);
    return row;
  }

  /** All keys as 64-bit numbers in their order, read as pairs (low, high). */
  function sortedKeys(): Uint32Array {
    const sorted = new BigUint64Array(size);
    const halves = new Uint32Array(sorted.buffer);
    let at = 0;
    for (const segment of segments) {
      segment?.each((high, low) => {
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
      const segment = segmentOf(high, low);
      const slot = segment?.find(high, low) ?? -1;
      if (!segment || slot < 0) writer.addDelete(high, low);
      else if (segment.unmark(slot)) segment.copyRow(slot, writer.values, writer.addRow(high, low));
    }
    return writer.finish();
  }

  function encodeBucket(bucket: number): Rows | undefined {
    const rows = [...segmentsOf(bucket)].reduce((sum, segment) => sum + segment.size, 0);
    if (rows === 0) return undefined;
    const writer = encodePacked(columns, rows);
    for (const segment of segmentsOf(bucket)) {
      segment.each((high, low, slot) => {
        segment.copyRow(slot, writer.values, writer.addRow(high, low));
      });
    }
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
    delete(key) {
      const high = highOf(key);
      const low = lowOf(key);
      const deleted = remove(high, low);
      if (deleted && noted) changed.push(high, low);
      return deleted;
    },
    readAt(high, low, into) {
      const segment = segmentOf(high, low);
      const slot = segment?.find(high, low) ?? -1;
      if (!segment || slot < 0) return false;
      segment.copyRow(slot, into, 0);
      return true;
    },
    writeAt: (high, low, row) => put(high, low, row, 0, true),
    entries,
    takeChanges,
    encodeBucket,
    clearBucket(bucket) {
      for (const segment of segmentsOf(bucket)) {
        size -= segment.size;
        segment.clear();
      }
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

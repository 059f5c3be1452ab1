// A segment of a packed table: open addressing over typed arrays, linear probing, no tombstones.

const FREE = 0;
const CLEAN = 1;
const CHANGED = 2;
/** How many of a key's mixed bits choose its segment. */
export const SEGMENT_BITS = 10;
/** Above this share of used slots the segment doubles. */
const MAX_LOAD = 0.75;
const FIRST_CAPACITY = 8;

export interface PackedSegment {
  readonly size: number;
  /** The row's slot, -1 where there is none. It is good until the next `put` or `remove`. */
  find(high: number, low: number): number;
  /** Sets a row from `source` at `at`; answers true where the row was not marked as changed and is now. */
  put(high: number, low: number, source: ArrayLike<number>, at: number, marked: boolean): boolean;
  remove(high: number, low: number): boolean;
  /** Copies the row in a slot to `target` at `at`. */
  copyRow(slot: number, target: Float64Array | number[], at: number): void;
  /** Takes the changed mark off; answers whether there was one. */
  unmark(slot: number): boolean;
  /** Calls back for each row, in the order of the slots. */
  each(visit: (high: number, low: number, slot: number) => void): void;
  clear(): void;
}

/** Spreads keys over segments and slots; keys may be hashes or plain numbers. */
export function mix(high: number, low: number): number {
  let hash = Math.imul(high ^ 0x9e3779b9, 0x85ebca6b) ^ low;
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return (hash ^ (hash >>> 16)) >>> 0;
}

export function createPackedSegment(width: number): PackedSegment {
  let keys = new Uint32Array(0);
  let rows = new Float64Array(0);
  let marks = new Uint8Array(0);
  let mask = -1;
  let size = 0;

  // The lowest bits chose the segment.
  const homeOf = (high: number, low: number) => (mix(high, low) >>> SEGMENT_BITS) & mask;

  /** The slot of the key, or the free one where it would go, as -1 - slot. */
  function probe(high: number, low: number): number {
    let slot = homeOf(high, low);
    while (marks[slot] !== FREE) {
      if (keys[slot * 2] === high && keys[slot * 2 + 1] === low) return slot;
      slot = (slot + 1) & mask;
    }
    return -1 - slot;
  }

  function grow(): void {
    const before = { keys, rows, marks, capacity: mask + 1 };
    const capacity = Math.max(FIRST_CAPACITY, before.capacity * 2);
    keys = new Uint32Array(capacity * 2);
    rows = new Float64Array(capacity * width);
    marks = new Uint8Array(capacity);
    mask = capacity - 1;
    for (let from = 0; from < before.capacity; from++) {
      if (before.marks[from] !== FREE) adopt(before, from);
    }
  }

  function adopt(before: { keys: Uint32Array; rows: Float64Array; marks: Uint8Array }, from: number): void {
    const high = before.keys[from * 2] as number;
    const low = before.keys[from * 2 + 1] as number;
    const slot = -1 - probe(high, low);
    keys[slot * 2] = high;
    keys[slot * 2 + 1] = low;
    marks[slot] = before.marks[from] as number;
    for (let column = 0; column < width; column++)
      rows[slot * width + column] = before.rows[from * width + column] as number;
  }

  function put(high: number, low: number, source: ArrayLike<number>, at: number, marked: boolean): boolean {
    let slot = mask < 0 ? -1 : probe(high, low);
    if (slot < 0) {
      if (size + 1 > (mask + 1) * MAX_LOAD) grow();
      slot = -1 - probe(high, low);
      keys[slot * 2] = high;
      keys[slot * 2 + 1] = low;
      marks[slot] = CLEAN;
      size += 1;
    }
    for (let column = 0; column < width; column++) rows[slot * width + column] = source[at + column] as number;
    if (!marked || marks[slot] === CHANGED) return false;
    marks[slot] = CHANGED;
    return true;
  }

  /** Moves what follows a hole back, so that every row stays reachable from its home. */
  function closeHole(start: number): void {
    let hole = start;
    for (let next = (hole + 1) & mask; marks[next] !== FREE; next = (next + 1) & mask) {
      const home = homeOf(keys[next * 2] as number, keys[next * 2 + 1] as number);
      if (((next - home) & mask) < ((next - hole) & mask)) continue;
      keys.copyWithin(hole * 2, next * 2, next * 2 + 2);
      rows.copyWithin(hole * width, next * width, (next + 1) * width);
      marks[hole] = marks[next] as number;
      hole = next;
    }
    marks[hole] = FREE;
  }

  const find = (high: number, low: number) => (size === 0 ? -1 : Math.max(-1, probe(high, low)));

  return {
    get size() {
      return size;
    },
    find,
    put,
    remove(high, low) {
      const slot = find(high, low);
      if (slot < 0) return false;
      closeHole(slot);
      size -= 1;
      return true;
    },
    copyRow(slot, target, at) {
      for (let column = 0; column < width; column++) target[at + column] = rows[slot * width + column] as number;
    },
    unmark(slot) {
      if (marks[slot] !== CHANGED) return false;
      marks[slot] = CLEAN;
      return true;
    },
    each(visit) {
      for (let slot = 0; slot <= mask; slot++) {
        if (marks[slot] !== FREE) visit(keys[slot * 2] as number, keys[slot * 2 + 1] as number, slot);
      }
    },
    clear() {
      keys = new Uint32Array(0);
      rows = new Float64Array(0);
      marks = new Uint8Array(0);
      mask = -1;
      size = 0;
    },
  };
}

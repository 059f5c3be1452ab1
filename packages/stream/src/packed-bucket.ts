// One bucket of a packed table: rows side by side in the order of their arrival, and an index of row numbers by open addressing. Rows are
// found in three steps through memory and never spread over more of it than they fill; what grows or is written whole is a bucket.

/** Rows that a new bucket has room for. */
const FIRST_ROOM = 8;
/** Above this share of used places the index doubles. */
const MAX_LOAD = 0.6;

export interface PackedBucket {
  readonly size: number;
  /** The number of the row, -1 where there is none. It is good until the next `put` or `remove`. */
  find(hash: number, high: number, low: number): number;
  /** Sets a row from `source` at `at`; answers true where the row was not marked as changed and is now. */
  put(hash: number, high: number, low: number, source: ArrayLike<number>, at: number, marked: boolean): boolean;
  remove(hash: number, high: number, low: number): boolean;
  /** Copies a row to `target` at `at`. */
  copyRow(row: number, target: Float64Array | number[], at: number): void;
  /** Takes the changed mark off; answers whether there was one. */
  unmark(row: number): boolean;
  /** Calls back for each row. */
  each(visit: (high: number, low: number, row: number) => void): void;
  clear(): void;
}

/** Spreads keys over buckets and places; keys may be hashes or plain numbers. */
export function mix(high: number, low: number): number {
  let hash = Math.imul(high ^ 0x9e3779b9, 0x85ebca6b) ^ low;
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** @param width columns of a row. @param bits how many of a hash's lowest bits chose the bucket. */
export function createPackedBucket(width: number, bits: number): PackedBucket {
  let keys = new Uint32Array(0);
  let rows = new Float64Array(0);
  let marks = new Uint8Array(0);
  /** A row's number and 1; 0 where the place is free. */
  let index = new Int32Array(0);
  let mask = -1;
  let room = 0;
  let size = 0;

  /** The place in the index that holds the row, or the free one where it would go. */
  function placeOf(hash: number, high: number, low: number): number {
    let place = (hash >>> bits) & mask;
    for (let row = index[place] as number; row !== 0; row = index[place] as number) {
      if (keys[row * 2 - 2] === high && keys[row * 2 - 1] === low) break;
      place = (place + 1) & mask;
    }
    return place;
  }

  const find = (hash: number, high: number, low: number) =>
    size === 0 ? -1 : (index[placeOf(hash, high, low)] as number) - 1;

  function widen(): void {
    const wider = new Int32Array(Math.max(FIRST_ROOM * 2, index.length * 2));
    index = wider;
    mask = wider.length - 1;
    for (let row = 0; row < size; row++) {
      let place = (mix(keys[row * 2] as number, keys[row * 2 + 1] as number) >>> bits) & mask;
      while (wider[place] !== 0) place = (place + 1) & mask;
      wider[place] = row + 1;
    }
  }

  /** By a quarter: little more than what is there is held. */
  function makeRoom(): void {
    room = Math.max(FIRST_ROOM, Math.ceil(room * 1.25));
    const [formerKeys, formerRows, formerMarks] = [keys, rows, marks];
    keys = new Uint32Array(room * 2);
    rows = new Float64Array(room * width);
    marks = new Uint8Array(room);
    keys.set(formerKeys);
    rows.set(formerRows);
    marks.set(formerMarks);
  }

  function add(hash: number, high: number, low: number): number {
    if (size + 1 > (mask + 1) * MAX_LOAD) widen();
    if (size === room) makeRoom();
    const row = size++;
    keys[row * 2] = high;
    keys[row * 2 + 1] = low;
    marks[row] = 0;
    index[placeOf(hash, high, low)] = row + 1;
    return row;
  }

  /** Moves what follows a hole in the index back, so that every row stays reachable from its place. */
  function closeHole(start: number): void {
    let hole = start;
    for (let next = (hole + 1) & mask; index[next] !== 0; next = (next + 1) & mask) {
      const row = (index[next] as number) - 1;
      const home = (mix(keys[row * 2] as number, keys[row * 2 + 1] as number) >>> bits) & mask;
      if (((next - home) & mask) < ((next - hole) & mask)) continue;
      index[hole] = index[next] as number;
      hole = next;
    }
    index[hole] = 0;
  }

  /** The last row takes the place of one that is gone. */
  function moveLast(to: number): void {
    const last = --size;
    if (last === to) return;
    const high = keys[last * 2] as number;
    const low = keys[last * 2 + 1] as number;
    index[placeOf(mix(high, low), high, low)] = to + 1;
    keys[to * 2] = high;
    keys[to * 2 + 1] = low;
    marks[to] = marks[last] as number;
    rows.copyWithin(to * width, last * width, (last + 1) * width);
  }

  function clear(): void {
    keys = new Uint32Array(0);
    rows = new Float64Array(0);
    marks = new Uint8Array(0);
    index = new Int32Array(0);
    mask = -1;
    room = 0;
    size = 0;
  }

  return {
    get size() {
      return size;
    },
    find,
    put(hash, high, low, source, at, marked) {
      const known = find(hash, high, low);
      const row = known < 0 ? add(hash, high, low) : known;
      const to = row * width;
      for (let column = 0; column < width; column++) rows[to + column] = source[at + column] as number;
      if (!marked || marks[row] === 1) return false;
      marks[row] = 1;
      return true;
    },
    remove(hash, high, low) {
      if (size === 0) return false;
      const place = placeOf(hash, high, low);
      const row = (index[place] as number) - 1;
      if (row < 0) return false;
      closeHole(place);
      moveLast(row);
      return true;
    },
    copyRow(row, target, at) {
      const from = row * width;
      for (let column = 0; column < width; column++) target[at + column] = rows[from + column] as number;
    },
    unmark(row) {
      if (marks[row] !== 1) return false;
      marks[row] = 0;
      return true;
    },
    each(visit) {
      for (let row = 0; row < size; row++) visit(keys[row * 2] as number, keys[row * 2 + 1] as number, row);
    },
    clear,
  };
}

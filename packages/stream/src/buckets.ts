/**
 * How many buckets every table is split into. One bucket of all tables can be written whole in a moment, so that snapshots are
 * rewritten bit by bit and no growth of a table moves more than a bucket's rows.
 */
export const BUCKETS = 64;

/** What a table set needs of a table, beside what stages see of it. */
export interface Bucketed {
  /** Rows set or deleted since the last call, in a form that `apply` reads; undefined where there are none. */
  takeChanges(): Rows | undefined;
  /** All rows of a bucket; undefined where it is empty. */
  encodeBucket(bucket: number): Rows | undefined;
  clearBucket(bucket: number): void;
  /** Puts encoded rows in place, and takes the deleted ones out. They do not count as changes. */
  apply(rows: Rows): void;
}

/** Encoded rows of one table, and what is needed to read them. */
export type Rows = JsonRows | PackedRows;

export interface JsonRows {
  readonly form: 'json';
  readonly content: Uint8Array;
}

export interface PackedRows {
  readonly form: 'packed';
  readonly columns: readonly string[];
  readonly rows: number;
  readonly deletes: number;
  /** Keys of the rows (two u32 each), the rows (a float64 for each column), keys of the deletes; little-endian. */
  readonly content: Uint8Array;
}

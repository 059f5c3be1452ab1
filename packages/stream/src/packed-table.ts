/**
 * A table of fixed rows of numbers (64-bit floats) by a 64-bit key of 16 hexadecimal digits: some 100 bytes a row in all, for what
 * there are millions of.
 */
export interface PackedTable {
  readonly size: number;
  /** The row's columns in the order of the spec; a copy. */
  get(key: string): number[] | undefined;
  set(key: string, row: readonly number[]): void;
  delete(key: string): boolean;
  /** In the order of the keys. */
  entries(): IterableIterator<[string, number[]]>;
}

/**
 * A named table of a partition's state: JSON values by key, in memory; it notes which keys changed.
 * `values` and `entries` go by key in the order of their UTF-16 units, whatever the order of insertion was, so that a stage that was
 * loaded again decides alike. They cost a sort: use them seldom, or derive an index in `open`.
 */
export interface Table<V> {
  readonly size: number;
  get(key: string): V | undefined;
  has(key: string): boolean;
  /** Sets a value; also what to call after a value was changed in place. */
  set(key: string, value: V): void;
  delete(key: string): boolean;
  entries(): IterableIterator<[string, V]>;
  values(): IterableIterator<V>;
}

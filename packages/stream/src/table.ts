import { hash32 } from '@winnow/contracts';
import { BUCKETS, type Bucketed, type JsonRows, type Rows } from './buckets.ts';
import { StateDamaged } from './errors.ts';

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

interface JsonContent {
  readonly set: readonly (readonly [string, unknown])[];
  readonly del: readonly string[];
}

/** An empty table of JSON values; `undefined` is no value. */
export function createTable<V>(): Table<V> & Bucketed {
  const buckets = Array.from({ length: BUCKETS }, () => new Map<string, V>());
  const changed = new Set<string>();
  let size = 0;
  let sorted: readonly string[] | undefined;

  const bucketOf = (key: string) => buckets[hash32(key) % BUCKETS] as Map<string, V>;

  function put(key: string, value: V): void {
    const bucket = bucketOf(key);
    const before = bucket.size;
    bucket.set(key, value);
    if (bucket.size === before) return;
    size += 1;
    sorted = undefined;
  }

  function drop(key: string): boolean {
    if (!bucketOf(key).delete(key)) return false;
    size -= 1;
    sorted = undefined;
    return true;
  }

  function sortedKeys(): readonly string[] {
    sorted ??= buckets.flatMap((bucket) => [...bucket.keys()]).sort();
    return sorted;
  }

  function* entries(): IterableIterator<[string, V]> {
    for (const key of sortedKeys()) {
      const value = bucketOf(key).get(key);
      if (value !== undefined) yield [key, value];
    }
  }

  function* values(): IterableIterator<V> {
    for (const [, value] of entries()) yield value;
  }

  return {
    get size() {
      return size;
    },
    get: (key) => bucketOf(key).get(key),
    has: (key) => bucketOf(key).has(key),
    set(key, value) {
      if (value === undefined) throw new TypeError(`a table holds no undefined (key ${key}): delete it`);
      put(key, value);
      changed.add(key);
    },
    delete(key) {
      if (!drop(key)) return false;
      changed.add(key);
      return true;
    },
    entries,
    values,
    takeChanges() {
      if (changed.size === 0) return undefined;
      const set: [string, V][] = [];
      const del: string[] = [];
      for (const key of changed) {
        const value = bucketOf(key).get(key);
        if (value === undefined) del.push(key);
        else set.push([key, value]);
      }
      changed.clear();
      return encode({ set, del });
    },
    encodeBucket(number) {
      const bucket = buckets[number] as Map<string, V>;
      return bucket.size === 0 ? undefined : encode({ set: [...bucket], del: [] });
    },
    clearBucket(number) {
      const bucket = buckets[number] as Map<string, V>;
      size -= bucket.size;
      bucket.clear();
      sorted = undefined;
    },
    apply(rows) {
      const content = decode(rows);
      for (const [key, value] of content.set) put(key, value as V);
      for (const key of content.del) drop(key);
    },
  };
}

function encode(content: JsonContent): JsonRows {
  return { form: 'json', content: new TextEncoder().encode(JSON.stringify(content)) };
}

function decode(rows: Rows): JsonContent {
  if (rows.form !== 'json') throw new StateDamaged('the state holds packed rows for a table of JSON values');
  return JSON.parse(new TextDecoder().decode(rows.content)) as JsonContent;
}

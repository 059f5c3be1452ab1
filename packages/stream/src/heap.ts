// A binary heap: the first of many is at hand, and putting one in or taking the first out costs a logarithm.

export interface Heap<T> {
  readonly size: number;
  /** The first; undefined where there is none. */
  peek(): T | undefined;
  push(entry: T): void;
  pop(): T | undefined;
}

/** @param before true where the one comes before the other; of equals either may be first. */
export function createHeap<T>(before: (one: T, other: T) => boolean): Heap<T> {
  const entries: T[] = [];

  function push(entry: T): void {
    let at = entries.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = entries[parent] as T;
      if (!before(entry, above)) break;
      entries[at] = above;
      at = parent;
    }
    entries[at] = entry;
  }

  function pop(): T | undefined {
    const first = entries[0];
    const last = entries.pop();
    if (last !== undefined && entries.length > 0) sink(last);
    return first;
  }

  function sink(entry: T): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= entries.length) break;
      if (child + 1 < entries.length && before(entries[child + 1] as T, entries[child] as T)) child++;
      if (!before(entries[child] as T, entry)) break;
      entries[at] = entries[child] as T;
      at = child;
    }
    entries[at] = entry;
  }

  return {
    get size() {
      return entries.length;
    },
    peek: () => entries[0],
    push,
    pop,
  };
}

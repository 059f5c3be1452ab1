// How usual it is to have a cause: clusters by the time at which their incidents began, for each kind and each cause.

/** Milliseconds: times are told apart by this. */
const SLICE = 5 * 60_000;

/** Clusters counted once for each slice of time. */
export interface Usage {
  add(name: string, cluster: string, at: number): void;
  remove(name: string, cluster: string, at: number): void;
  /** How many clusters there are within a span of time, and how many pairs of cluster and slice outside it. */
  count(name: string, from: number, to: number): { readonly within: number; readonly outside: number };
}

interface Book {
  readonly slices: Map<number, Map<string, number>>;
  /** Pairs of cluster and slice in all. */
  pairs: number;
}

const sliceOf = (at: number) => Math.floor(at / SLICE);

export function createUsage(): Usage {
  const books = new Map<string, Book>();

  function change(name: string, cluster: string, at: number, by: 1 | -1): void {
    const book = books.get(name) ?? { slices: new Map(), pairs: 0 };
    books.set(name, book);
    const slice = book.slices.get(sliceOf(at)) ?? new Map<string, number>();
    book.slices.set(sliceOf(at), slice);
    const before = slice.size;
    const count = (slice.get(cluster) ?? 0) + by;
    if (count > 0) slice.set(cluster, count);
    else slice.delete(cluster);
    book.pairs += slice.size - before;
    if (slice.size === 0) book.slices.delete(sliceOf(at));
    if (book.pairs === 0) books.delete(name);
  }

  return {
    add: (name, cluster, at) => change(name, cluster, at, 1),
    remove: (name, cluster, at) => change(name, cluster, at, -1),
    count(name, from, to) {
      const book = books.get(name);
      if (!book) return { within: 0, outside: 0 };
      const clusters = new Set<string>();
      let pairs = 0;
      for (const [slice, members] of book.slices) {
        if (slice < sliceOf(from) || slice > sliceOf(to)) continue;
        pairs += members.size;
        for (const cluster of members.keys()) clusters.add(cluster);
      }
      return { within: clusters.size, outside: book.pairs - pairs };
    },
  };
}

// The arrivals that are durable and not decided yet, in the order of the log: whose they are, and how old the oldest is.
import type { Envelope } from '@winnow/contracts';
import type { ClusterScope } from '@winnow/stream';

export interface Undecided {
  /** `offset` is where it stands in the log; `now` in milliseconds. */
  add(envelope: Envelope, offset: number, items: number, now: number): void;
  /** Everything before this offset is decided. */
  decide(before: number): void;
  itemsOf(scope: ClusterScope): number;
  /** The clusters that hold the most, most first. */
  most(count: number): readonly (ClusterScope & { readonly items: number })[];
  /** Milliseconds at which the oldest came; undefined where nothing waits. */
  oldest(): number | undefined;
}

interface Waiting {
  readonly key: string;
  readonly offset: number;
  readonly items: number;
  readonly at: number;
}

/** @param since when the oldest came that was undecided at the start, milliseconds; its place is before all that is added. */
export function trackUndecided(since?: number): Undecided {
  const byCluster = new Map<string, ClusterScope & { items: number }>();
  let queue: Waiting[] = [];
  let first = 0;
  let decided = 0;
  let backlog = since;
  let backlogEnd = Number.POSITIVE_INFINITY;

  function drop({ key, items }: Waiting): void {
    const cell = byCluster.get(key);
    if (!cell) return;
    cell.items -= items;
    if (cell.items <= 0) byCluster.delete(key);
  }

  /** What has been taken from the front is let go now and then, not each time. */
  function shorten(): void {
    if (first < 1_000 || first * 2 < queue.length) return;
    queue = queue.slice(first);
    first = 0;
  }

  return {
    add({ tenant, cluster }, offset, items, now) {
      backlogEnd = Math.min(backlogEnd, offset);
      if (offset < decided) return;
      const key = `${tenant}/${cluster}`;
      const cell = byCluster.get(key) ?? { tenant, cluster, items: 0 };
      cell.items += items;
      byCluster.set(key, cell);
      queue.push({ key, offset, items, at: now });
    },
    decide(before) {
      decided = Math.max(decided, before);
      if (decided >= backlogEnd) backlog = undefined;
      while (first < queue.length && queue[first]!.offset < decided) drop(queue[first++]!);
      shorten();
    },
    itemsOf: ({ tenant, cluster }) => byCluster.get(`${tenant}/${cluster}`)?.items ?? 0,
    most: (count) =>
      [...byCluster.values()]
        .filter(({ items }) => items > 0)
        .sort((one, other) => other.items - one.items)
        .slice(0, count),
    oldest: () => backlog ?? queue[first]?.at,
  };
}

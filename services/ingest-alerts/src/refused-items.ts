// What was refused since: told with the next arrival of the cluster that is taken, so that who sent it does not count as wholly heard.

export interface RefusedItems {
  note(cluster: string, count: number): void;
  /** Items refused since the last call for this cluster; undefined for none. */
  take(cluster: string): number | undefined;
}

/** A sender may invent clusters without end: those refused last are known. */
const MOST_CLUSTERS = 10_000;

export function createRefusedItems(): RefusedItems {
  const counts = new Map<string, number>();
  return {
    note(cluster, count) {
      const sum = (counts.get(cluster) ?? 0) + count;
      counts.delete(cluster);
      counts.set(cluster, sum);
      for (const oldest of counts.keys()) {
        if (counts.size <= MOST_CLUSTERS) break;
        counts.delete(oldest);
      }
    },
    take(cluster) {
      if (counts.size === 0) return undefined;
      const count = counts.get(cluster);
      counts.delete(cluster);
      return count;
    },
  };
}

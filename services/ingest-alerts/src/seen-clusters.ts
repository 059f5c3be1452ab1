// Which clusters this instance has heard of: it vouches for them with heartbeats.

export interface SeenClusters {
  add(cluster: string): void;
  list(): readonly string[];
}

/** The bound keeps a sender that invents cluster names from growing heartbeats without end: the one not heard of for longest is let go. */
export function createSeenClusters(always: string, known: Iterable<string> = [], bound = 1_000): SeenClusters {
  const seen = new Set<string>(known);
  return {
    add(cluster) {
      seen.delete(cluster);
      seen.add(cluster);
      for (const oldest of seen) {
        if (seen.size <= bound) break;
        seen.delete(oldest);
      }
    },
    list: () => [always, ...[...seen].filter((cluster) => cluster !== always)],
  };
}

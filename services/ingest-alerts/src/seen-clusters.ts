// Which clusters this instance has heard of: it vouches for them with heartbeats.

export interface SeenCluster {
  readonly cluster: string;
  /** The installation's own where absent. */
  readonly tenant?: string;
}

export interface SeenClusters {
  /** @param tenant the installation's own where absent. */
  add(cluster: string, tenant?: string): void;
  list(): readonly SeenCluster[];
}

/**
 * The bound keeps a sender that invents cluster names from growing heartbeats without end: the one of its tenant that was not heard of
 * for longest is let go. Tenants are those that credentials name.
 */
export function createSeenClusters(always: string, known: Iterable<string> = [], bound = 1_000): SeenClusters {
  const own = new Set<string>(known);
  const ofOthers = new Map<string, Set<string>>();

  function clustersOf(tenant: string | undefined): Set<string> {
    if (tenant === undefined) return own;
    const seen = ofOthers.get(tenant) ?? new Set();
    ofOthers.set(tenant, seen);
    return seen;
  }

  return {
    add(cluster, tenant) {
      const seen = clustersOf(tenant);
      seen.delete(cluster);
      seen.add(cluster);
      for (const oldest of seen) {
        if (seen.size <= bound) break;
        seen.delete(oldest);
      }
    },
    list: () => [
      { cluster: always },
      ...[...own].filter((cluster) => cluster !== always).map((cluster) => ({ cluster })),
      ...[...ofOthers].flatMap(([tenant, clusters]) => [...clusters].map((cluster) => ({ cluster, tenant }))),
    ],
  };
}

// What was refused since: told with the next arrival of the cluster that is taken, so that who sent it does not count as wholly heard.
import type { ClusterScope } from '@winnow/stream';

export interface RefusedItems {
  note(scope: ClusterScope, count: number): void;
  /** Items refused since the last call for this cluster; undefined for none. */
  take(scope: ClusterScope): number | undefined;
}

/** A sender may invent clusters without end: those refused last are known. */
const MOST_CLUSTERS = 10_000;

export function createRefusedItems(): RefusedItems {
  const counts = new Map<string, number>();
  return {
    note(scope, count) {
      const key = keyOf(scope);
      const sum = (counts.get(key) ?? 0) + count;
      counts.delete(key);
      counts.set(key, sum);
      for (const oldest of counts.keys()) {
        if (counts.size <= MOST_CLUSTERS) break;
        counts.delete(oldest);
      }
    },
    take(scope) {
      if (counts.size === 0) return undefined;
      const key = keyOf(scope);
      const count = counts.get(key);
      counts.delete(key);
      return count;
    },
  };
}

const keyOf = ({ tenant, cluster }: ClusterScope) => `${tenant}/${cluster}`;

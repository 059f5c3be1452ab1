// What was taken of clusters that are short of room, a short while ago: the same again is the first that can be done without.
import type { Item } from '@winnow/contracts';
import type { ClusterScope } from './cluster-budgets.ts';

export type ItemLists = readonly (readonly Item[])[];

export interface RecentItems {
  /** Says of an item whether it was taken within the last minute or two. */
  of(scope: ClusterScope, now: number): (item: Item) => boolean;
  note(scope: ClusterScope, taken: ItemLists): void;
}

/** Milliseconds: an alert is taken again after twice this at the latest, well before whoever sends it each minute counts as having dropped it. */
const GENERATION = 60_000;
/** Of a cluster, and clusters: only those that are over their budget have any. */
const MOST_ITEMS = 50_000;
const MOST_CLUSTERS = 100;

interface Generations {
  since: number;
  latest: Set<string>;
  before: Set<string>;
}

export function createRecentItems(): RecentItems {
  const clusters = new Map<string, Generations>();

  function generationsOf({ tenant, cluster }: ClusterScope, now: number): Generations {
    const key = `${tenant}/${cluster}`;
    const known = clusters.get(key) ?? { since: now, latest: new Set(), before: new Set() };
    if (now - known.since >= GENERATION) {
      known.before = now - known.since < 2 * GENERATION ? known.latest : new Set();
      known.latest = new Set();
      known.since = now;
    }
    clusters.delete(key);
    clusters.set(key, known);
    for (const oldest of clusters.keys()) {
      if (clusters.size <= MOST_CLUSTERS) break;
      clusters.delete(oldest);
    }
    return known;
  }

  return {
    of(scope, now) {
      const { latest, before } = generationsOf(scope, now);
      return (item) => {
        const name = nameOf(item);
        return name !== undefined && (latest.has(name) || before.has(name));
      };
    },
    note({ tenant, cluster }, taken) {
      const latest = clusters.get(`${tenant}/${cluster}`)?.latest;
      for (const item of taken.flat()) {
        const name = nameOf(item);
        if (name !== undefined && latest && latest.size < MOST_ITEMS) latest.add(name);
      }
    },
  };
}

/** What says the same again has the same name. An event counts on, and an object changes: neither is ever a mere repeat. */
function nameOf(item: Item): string | undefined {
  if (item.type === 'alert') return item.toldAt === undefined ? `${item.status} ${item.fingerprint}` : undefined;
  return item.type === 'audit' ? `${item.stage} ${item.auditID}` : undefined;
}

// What of a request is not taken now, because its cluster is over its budget: the other clusters' part is taken all the same.
import { countedSources, type Source } from '@winnow/contracts';
import { type Admission, sumOfRanks } from '@winnow/stream';
import { clusterSpent, type Refusal } from './answers.ts';
import type { Held, HeldFigures } from './held-figures.ts';
import type { BodyReading, ItemsByCluster } from './read-body.ts';
import type { RefusedItems } from './refused-items.ts';
import type { SenderGrant } from './sending-cluster.ts';

/** What an intake needs to hold clusters to their budgets. */
export interface IntakeLimits {
  readonly admission: Admission;
  readonly figures: HeldFigures;
  readonly refused: RefusedItems;
}

type Taken = { readonly sources: BodyReading['sources']; readonly held: readonly Held[] };

/** One look at one budget for each cluster; items are looked at only where there is not room for all of them. */
export function holdBack({ sources }: BodyReading, tenant: string, limits: IntakeLimits | undefined): Taken {
  if (!limits) return { sources, held: [] };
  const held: Held[] = [];
  const taken = new Map<Source, ItemsByCluster>();
  for (const [source, clusters] of sources)
    taken.set(source, countedSources.includes(source) ? takeOf(clusters, { source, tenant, limits, held }) : clusters);
  if (held.length === 0) return { sources, held };
  limits.figures.note(held);
  for (const { cluster, count } of held) limits.refused.note({ tenant, cluster }, count);
  return { sources: taken, held };
}

interface Taking {
  readonly source: Source;
  readonly tenant: string;
  readonly limits: IntakeLimits;
  readonly held: Held[];
}

function takeOf(clusters: ItemsByCluster, { source, tenant, limits, held }: Taking): ItemsByCluster {
  const taken = new Map(clusters);
  const now = performance.now();
  for (const [cluster, lists] of clusters) {
    const share = limits.admission.admit({ tenant, cluster }, lists, now);
    if (!share) continue;
    taken.set(cluster, share.lists);
    const of = lists.reduce((sum, items) => sum + items.length, 0);
    const { left: byRank, retryAfter } = share;
    held.push({ cluster, source, count: sumOfRanks(byRank), of, byRank, retryAfter });
  }
  return taken;
}

export interface Unread {
  readonly source: Source;
  readonly tenant: string;
  readonly grant: SenderGrant | undefined;
  /** The cluster that the URL names. */
  readonly named: string | undefined;
}

/** Where it is sure whose items a request holds, and none of them would be taken, its body is not even read. */
export function refuseUnread(
  { source, tenant, grant, named }: Unread,
  limits: IntakeLimits | undefined,
): Refusal | undefined {
  if (!limits || !countedSources.includes(source)) return undefined;
  const cluster = onlyClusterOf(grant) ?? (source === 'audit.event' ? named : undefined);
  if (cluster === undefined) return undefined;
  const spent = limits.admission.refusal({ tenant, cluster }, performance.now());
  if (!spent) return undefined;
  limits.refused.note({ tenant, cluster }, 1);
  return clusterSpent(cluster, spent.retryAfter);
}

/** Credentials of one cluster speak of no other, whatever their items name. */
function onlyClusterOf(grant: SenderGrant | undefined): string | undefined {
  const [only, ...others] = grant?.clusters ?? [];
  return others.length === 0 && !only?.includes('*') ? only : undefined;
}

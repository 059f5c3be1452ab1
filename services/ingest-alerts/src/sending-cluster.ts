// Which cluster a request speaks for, and which ones its sender may speak for at all.

import { badCluster, clusterForbidden, type Refusal } from './answers.ts';
import { CLUSTER_NAME_EXPECTED, isClusterName } from './core/cluster-name.ts';

/** What the credentials of a request allow. */
export interface SenderGrant {
  /** The name of the credentials. */
  readonly name?: string;
  /** The clusters that it may tell of; all where absent. */
  readonly clusters?: readonly string[];
}

export interface ClusterQuery {
  /** From the URL: `/clusters/{name}/…`, or `?cluster=`. */
  readonly named: string | undefined;
  /** Of what names none. */
  readonly fallback: string;
  readonly grant: SenderGrant | undefined;
}

/** The cluster of items that name none. A sender of some clusters only stands for its first one where nothing is said. */
export function sendingCluster({ named, fallback, grant }: ClusterQuery): string | Refusal {
  const { clusters } = grant ?? {};
  if (named !== undefined && !isClusterName(named)) return badCluster(named, CLUSTER_NAME_EXPECTED);
  const cluster = named ?? (clusters && !clusters.includes(fallback) ? clusters[0] : undefined) ?? fallback;
  return refuseClusters([cluster], grant) ?? cluster;
}

export function refuseClusters(clusters: Iterable<string>, grant: SenderGrant | undefined): Refusal | undefined {
  const granted = grant?.clusters;
  if (!granted) return undefined;
  const others = [...clusters].filter((each) => !granted.includes(each));
  return others.length > 0 ? clusterForbidden(others, granted) : undefined;
}

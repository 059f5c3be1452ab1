// Which cluster a request speaks for, and which ones its sender may speak for at all.

import { ALL_TENANTS, clusterOfItem, type Grant, type Item, isAmongClusters, type Problem } from '@winnow/contracts';
import { badCluster, clusterForbidden, type Refusal } from './answers.ts';
import { CLUSTER_NAME_EXPECTED, isClusterName } from './core/cluster-name.ts';
import type { BodyFormat } from './read-body.ts';

/** What the credentials of a request allow. */
export type SenderGrant = Partial<Grant>;

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
  if (named !== undefined) return isAmongClusters(clusters, named) ? named : clusterForbidden([named], clusters ?? []);
  if (isAmongClusters(clusters, fallback)) return fallback;
  // A pattern is nobody's name: then each item has to say whose it is.
  return clusters?.find((each) => !each.includes('*')) ?? fallback;
}

/** The tenant that what is sent belongs to; undefined where it is the installation's own. */
export function tenantOf(grant: SenderGrant | undefined): string | undefined {
  return grant?.tenant === ALL_TENANTS ? undefined : grant?.tenant;
}

export interface LimitedFormat {
  readonly format: BodyFormat;
  /** What was left out: the elements, by place. */
  readonly refused: readonly Problem[];
}

/** The same format without the items of clusters that the sender may not tell of: their neighbours are taken. */
export function limitFormat(
  format: BodyFormat,
  grant: SenderGrant | undefined,
  { cluster, label }: { readonly cluster: string; readonly label: string | undefined },
): LimitedFormat {
  const clusters = grant?.clusters;
  if (clusters === undefined) return { format, refused: [] };
  const refused: Problem[] = [];
  let at = 0;
  const mayTell = (item: Item, place: string) => {
    const of = clusterOfItem(item, cluster, label);
    if (isAmongClusters(clusters, of)) return true;
    const found = JSON.stringify(of.slice(0, 100));
    refused.push({ place, expected: `one of ${clusters.join(', ')}`, found });
    return false;
  };
  const name = format.array ?? '';
  return {
    refused,
    format: {
      ...format,
      read: (payload, context) =>
        format.read(payload, context).filter((item) => mayTell(item, `${name}[${at++}]: the cluster`)),
    },
  };
}

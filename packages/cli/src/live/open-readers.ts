// What look-ups see besides the log: the clusters that are named, and a Prometheus.
import { readApiConfig } from '@winnow/api';
import type { ClusterReaders } from '@winnow/stream';
import { metricsAlone, openMetrics } from './metrics.ts';
import { type LiveCluster, openClusters, readersOf } from './open-clusters.ts';

export interface OpenReaders {
  readonly contexts: readonly string[];
  /** $KUBECONFIG, else ~/.kube/config, where absent. */
  readonly kubeconfig?: string;
  readonly inCluster: boolean;
  /** The name of the cluster that this runs in, and of what names none. */
  readonly cluster: string;
  readonly env: NodeJS.ProcessEnv;
}

export interface OpenedReaders {
  readonly clusters: readonly LiveCluster[];
  /** Absent where there is nothing to see. */
  readonly readers: ClusterReaders | undefined;
}

/** @throws KubeconfigUnusable, CommandFailed */
export async function openReaders(options: OpenReaders): Promise<OpenedReaders> {
  const { contexts, kubeconfig, inCluster, cluster, env } = options;
  const isAny = contexts.length > 0 || inCluster;
  const clusters = isAny
    ? await openClusters({
        ...{ contexts, env },
        ...(kubeconfig !== undefined && { kubeconfig }),
        ...(inCluster && { inCluster: { name: cluster } }),
      })
    : [];
  const { WINNOW_TENANT: own } = readApiConfig(env);
  if (clusters.length > 0) return { clusters, readers: readersOf(clusters, own) };
  const metricsOf = await openMetrics(env, false);
  return { clusters, readers: metricsOf && metricsAlone(metricsOf, cluster, own) };
}

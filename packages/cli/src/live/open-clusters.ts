// Clusters as they run: access, what they serve, and look-ups. The client library is loaded here, by the commands that look at a cluster.
import type { ApiServer, Discovery } from '@winnow/kubernetes';
import type { ClusterReader, ClusterReaders } from '@winnow/stream';
import { intake } from '../inputs.ts';
import { openMetrics } from './metrics.ts';

export interface LiveCluster {
  /** That of the context, or as it is configured. */
  readonly name: string;
  /** URL of the API server. */
  readonly server: string;
  /** The context in the kubeconfig, and the file. */
  readonly context: string;
  readonly origin: string;
  readonly api: ApiServer;
  readonly discovery: Discovery;
  readonly reader: ClusterReader;
}

export interface OpenClusters {
  /** Each perhaps with the name that its cluster is to have; the current one where absent. */
  readonly contexts?: readonly (string | { readonly context: string; readonly name: string })[];
  /** $KUBECONFIG, else ~/.kube/config, where absent. */
  readonly kubeconfig?: string;
  /** The cluster that this runs in, by the account of its pod, and the name that it is to have. */
  readonly inCluster?: { readonly name: string };
  readonly env: NodeJS.ProcessEnv;
}

/** Nobody is asked anything yet. @throws KubeconfigUnusable */
export async function openClusters({
  contexts,
  kubeconfig,
  inCluster,
  env,
}: OpenClusters): Promise<readonly LiveCluster[]> {
  const { clusterReader, connect, createDiscovery, loadContexts } = await import('@winnow/kubernetes');
  const outside = contexts !== undefined && contexts.length > 0 ? { contexts } : {};
  const found = [
    ...(inCluster ? loadContexts({ inCluster }) : []),
    ...(inCluster && !contexts?.length
      ? []
      : loadContexts({ ...outside, ...(kubeconfig !== undefined && { kubeconfig }) })),
  ];
  const metricsOf = await openMetrics(env, found.length > 1);
  return found.map((each) => {
    const api = connect(each);
    const discovery = createDiscovery(api);
    const { name, server, context, origin } = each;
    const metrics = metricsOf && { metrics: metricsOf(name) };
    const reader = clusterReader(api, { readEvent: intake['kubernetes.event'], discovery, ...metrics });
    return { name, server, context, origin, api, discovery, reader };
  });
}

/** @param own the tenant whose clusters they are: another one may have clusters of the same names. */
export function readersOf(clusters: readonly LiveCluster[], own: string): ClusterReaders {
  const byName = new Map(clusters.map(({ name, reader }) => [name, reader]));
  return (tenant, cluster) => (tenant === own ? byName.get(cluster) : undefined);
}

// Metrics for look-ups, from the Prometheus of WINNOW_PROMETHEUS_URL.
import { readDependenciesConfig } from '@winnow/ingest-dependencies';
import type { ClusterReader, ClusterReaders } from '@winnow/stream';
import { CommandFailed } from '../failure.ts';

/** How metrics of a cluster are read; undefined where no Prometheus is named. */
export type MetricsOf = (cluster: string) => ClusterReader['metrics'];

/**
 * @param several the Prometheus may hold other clusters' series too: then only those that name the cluster in their label `cluster` (or that of
 * WINNOW_CLUSTER_LABEL) are its own. @throws CommandFailed where the setting is wrong.
 */
export async function openMetrics(env: NodeJS.ProcessEnv, several: boolean): Promise<MetricsOf | undefined> {
  const url = prometheusUrl(env);
  if (url === undefined) return undefined;
  const { prometheusReader } = await import('@winnow/kubernetes');
  const label = env.WINNOW_CLUSTER_LABEL || 'cluster';
  return (cluster) => prometheusReader(url, several ? { matchers: { [label]: cluster } } : {});
}

function prometheusUrl(env: NodeJS.ProcessEnv): string | undefined {
  try {
    return readDependenciesConfig(env).WINNOW_PROMETHEUS_URL;
  } catch (error) {
    throw new CommandFailed((error as Error).message, 2, { cause: error });
  }
}

/** Of a cluster that nobody watches: its metrics are all that can be looked up. */
export function metricsAlone(metricsOf: MetricsOf, only: string, own: string): ClusterReaders {
  const nothing = async () => undefined;
  const reader = { objects: nothing, logs: nothing, events: nothing, checks: nothing, metrics: metricsOf(only) };
  return (tenant, cluster) => (tenant === own && cluster === only ? reader : undefined);
}

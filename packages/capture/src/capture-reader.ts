// A capture as the port through which look-ups see a cluster.
import { type KubeObject, kindOf, type MetricSeries } from '@winnow/contracts';
import type { ClusterReader } from '@winnow/stream';
import { readLogs } from './capture-logs.ts';
import type { Contents } from './contents.ts';
import type { LogFile } from './log-sections.ts';

const podLabels = ['pod', 'pod_name', 'exported_pod'] as const;
const workloadLabels = ['service', 'deployment', 'statefulset', 'daemonset', 'workload', 'app', 'container'] as const;

/**
 * Answers from what the capture holds. With `until` before the capture was taken it tells only what carries its own time (logs,
 * metrics, events): the states of objects and the results of checks are those of a later moment.
 */
export function createCaptureReader(
  contents: Contents,
  logFiles: readonly LogFile[],
  capturedAt: string,
): ClusterReader {
  const isLater = (until: string | undefined): until is string => until !== undefined && until < capturedAt;
  const byNamespace = new Map<string, KubeObject[]>();
  for (const { object } of contents.objects()) {
    const namespace = object.metadata.namespace ?? '';
    const group = byNamespace.get(namespace);
    if (group) group.push(object);
    else byNamespace.set(namespace, [object]);
  }
  return {
    async objects(namespace, kinds, until) {
      if (isLater(until)) return undefined;
      return (byNamespace.get(namespace ?? '') ?? []).filter((object) => kinds.includes(kindOf(object)));
    },
    logs: ({ until, ...request }) => readLogs(logFiles, isLater(until) ? { ...request, until } : request),
    async events(namespace, until) {
      const all = contents.events().filter((event) => event.regarding.namespace === namespace);
      return isLater(until) ? all.filter((event) => (event.lastAt ?? '') <= until) : all;
    },
    async metrics(namespace, pods, until) {
      return contents.metrics()?.flatMap((series) => {
        if (!isAbout(series, namespace, pods)) return [];
        return isLater(until) ? cutSeries(series, until) : [series];
      });
    },
    async checks(until) {
      return isLater(until) ? undefined : contents.checks();
    },
  };
}

function cutSeries(series: MetricSeries, until: string): MetricSeries[] {
  const seconds = Date.parse(until) / 1000;
  const values = series.values.filter(([at]) => at <= seconds);
  return values.length > 0 ? [{ ...series, values }] : [];
}

/** A series that names no pod is about these pods where it names a workload or Service of theirs, or nothing but the namespace. */
function isAbout({ metric }: MetricSeries, namespace: string, pods: readonly string[] | undefined): boolean {
  if ((metric.namespace ?? metric.exported_namespace ?? metric.kubernetes_namespace) !== namespace) return false;
  if (pods === undefined) return true;
  const named = podLabels.map((label) => metric[label]).find((pod) => pod !== undefined);
  if (named !== undefined) return pods.includes(named);
  const owners = workloadLabels.flatMap((label) => metric[label] ?? []);
  return (
    owners.length === 0 || owners.some((owner) => pods.some((pod) => pod === owner || pod.startsWith(`${owner}-`)))
  );
}

// Datadog's tags as labels: those of its Kubernetes integration get the names that Prometheus' exporters give.
import { redactText } from '@winnow/redaction';
import { redactNamed } from './read-labels.ts';

const names: Readonly<Record<string, string>> = {
  kube_cluster_name: 'cluster',
  cluster_name: 'cluster',
  kube_namespace: 'namespace',
  pod_name: 'pod',
  kube_container_name: 'container',
  container_name: 'container',
  kube_deployment: 'deployment',
  kube_stateful_set: 'statefulset',
  kube_daemon_set: 'daemonset',
  kube_replica_set: 'replicaset',
  kube_job: 'job_name',
  kube_cronjob: 'cronjob',
  kube_cron_job: 'cronjob',
  kube_service: 'service',
  kube_node: 'node',
  kube_ingress: 'ingress',
  persistentvolumeclaim: 'persistentvolumeclaim',
  kube_persistent_volume_claim: 'persistentvolumeclaim',
  horizontalpodautoscaler: 'horizontalpodautoscaler',
  hpa: 'horizontalpodautoscaler',
  host: 'instance',
};

const MOST = 100;
const LONGEST = 500;

/** `kube_namespace:shop,team:pay`, or a list of such; a tag without a value says `true`. The first value of a name counts. */
export function labelsOfTags(tags: string | readonly unknown[] | undefined): Record<string, string> {
  const list = typeof tags === 'string' ? tags.split(',') : (tags ?? []);
  const labels: Record<string, string> = {};
  for (const tag of list.slice(0, MOST)) {
    if (typeof tag !== 'string') continue;
    const [, name = '', value = 'true'] = /^\s*([^:]{1,128})(?::(.*?))?\s*$/s.exec(redactText(tag)) ?? [];
    const key = labelNameOf(name.trim().toLowerCase());
    if (key === '' || value === '' || Object.hasOwn(labels, key)) continue;
    labels[key] = redactNamed(key, value.slice(0, LONGEST));
  }
  return labels;
}

function labelNameOf(tag: string): string {
  if (Object.hasOwn(names, tag)) return names[tag] ?? '';
  const name = tag.replace(/[^a-z0-9_]+/g, '_');
  return name === '__proto__' ? '' : name;
}

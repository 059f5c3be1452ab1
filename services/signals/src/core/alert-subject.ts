// What an alert is about. The labels of the exporter that measured it (kube-state-metrics' own pod, service, instance) are not it.
import { type EntityRef, entity, type SymptomId } from '@winnow/contracts';
import { isInitContainer } from './from-event.ts';
import { ownerOf } from './owners.ts';
import { objectKey } from './state.ts';
import type { Turn } from './turn.ts';

type Labels = Readonly<Record<string, string>>;

export interface AlertSubject {
  readonly entity: EntityRef;
  readonly subject?: EntityRef;
  readonly container?: string | undefined;
  readonly node?: string | undefined;
  /** The container is an init container. */
  readonly init?: boolean;
  readonly provisional?: boolean;
  /** The labels that named it. */
  readonly by: string;
}

/** Labels that name one object of a kind, the most specific first. */
const specific: readonly (readonly [string, string])[] = [
  ['deployment', 'Deployment'],
  ['statefulset', 'StatefulSet'],
  ['daemonset', 'DaemonSet'],
  ['cronjob', 'CronJob'],
  ['job_name', 'Job'],
  ['replicaset', 'ReplicaSet'],
  ['horizontalpodautoscaler', 'HorizontalPodAutoscaler'],
  ['hpa', 'HorizontalPodAutoscaler'],
  ['poddisruptionbudget', 'PodDisruptionBudget'],
  ['persistentvolumeclaim', 'PersistentVolumeClaim'],
  ['ingress', 'Ingress'],
];

/** Labels that name a service by what traffic or tracing calls it, with the label of its namespace. */
const traffic: readonly (readonly [string, readonly string[]])[] = [
  ['destination_workload', ['destination_workload_namespace', 'namespace']],
  ['destination_canonical_service', ['destination_service_namespace', 'destination_workload_namespace', 'namespace']],
  ['destination_service_name', ['destination_service_namespace', 'namespace']],
  ['service_name', ['service_namespace', 'namespace']],
  ['service', ['namespace']],
  ['app_kubernetes_io_name', ['namespace']],
  ['app', ['namespace']],
  ['application', ['namespace']],
  ['consumergroup', ['namespace']],
];

/** Exporters that measure others: their own `pod`, `container`, `service` and `instance` say only where the figure came from. */
const exporters = /kube-state-metrics|node-exporter|blackbox|cadvisor|kubelet|pushgateway|prometheus-operator/;
const clusterWide: ReadonlySet<SymptomId> = new Set(['control-plane']);

export function subjectOfAlert(turn: Turn, labels: Labels, symptom: SymptomId): AlertSubject {
  const { namespace } = labels;
  const measured = exporters.test(`${labels.job ?? ''} ${labels.service ?? ''}`);
  for (const [label, kind] of specific) {
    const name = labels[label];
    if (name && namespace) return owned(turn, entity(kind, namespace, name), `${label}=${name}`);
  }
  const node = nodeOf(turn, labels);
  const aboutNode = symptom.startsWith('node-') || /^(Kube)?(let)?Node|^Kubelet/.test(labels.alertname ?? '');
  if (node && aboutNode) return ofNode(node, labels);
  const pod = labels.pod ?? labels.pod_name;
  if (pod && namespace && !isExportersOwn(labels, pod, measured)) return ofPod(turn, labels, pod, namespace, measured);
  if (clusterWide.has(symptom) && !labels.service_name)
    return { entity: { kind: 'Cluster', name: turn.cluster }, by: 'the whole cluster' };
  for (const [label, spaces] of traffic) {
    const name = labels[label];
    if (!name || (label === 'service' && measured && symptom !== 'target-down')) continue;
    const space = spaces.map((each) => labels[each]).find(Boolean);
    if (label === 'consumergroup' && !isKnownService(turn, space, name)) continue;
    return ofService(turn, space, name, `${label}=${name}`);
  }
  if (node) return ofNode(node, labels);
  if (namespace && !(measured && labels.instance))
    return { entity: { kind: 'Namespace', name: namespace }, by: `namespace=${namespace}` };
  if (labels.instance) return { entity: { kind: 'Host', name: labels.instance }, by: `instance=${labels.instance}` };
  return { entity: { kind: 'Cluster', name: turn.cluster }, by: 'no label that names anything' };
}

/** The exporter's pod: it says so by its container, or by being named after its job. */
function isExportersOwn(labels: Labels, pod: string, measured: boolean): boolean {
  const container = labels.container ?? '';
  const job = labels.job ?? '';
  return measured && (exporters.test(container) || (job !== '' && pod.includes(job)));
}

function owned(turn: Turn, ref: EntityRef, by: string): AlertSubject {
  const owner = ownerOf(turn.state, turn.scope, ref);
  const same = owner.entity.kind === ref.kind && owner.entity.name === ref.name;
  return { entity: owner.entity, ...(!same && { subject: ref }), provisional: owner.provisional, by };
}

function ofPod(turn: Turn, labels: Labels, pod: string, namespace: string, measured: boolean): AlertSubject {
  const ref = entity('Pod', namespace, pod);
  const { container } = labels;
  const owner = ownerOf(turn.state, turn.scope, ref);
  const service = labels.service_name ?? (measured ? undefined : labels.service);
  const more = { container, node: labels.node, init: isInitContainer(turn, ref, container) };
  // Where nothing is known of the pod, the service that it is said to serve is the better name.
  if (owner.provisional && service)
    return { ...ofService(turn, namespace, service, `service=${service}`), ...more, subject: ref };
  return { entity: owner.entity, subject: ref, ...more, provisional: owner.provisional, by: `pod=${pod}` };
}

function ofNode(node: string, labels: Labels): AlertSubject {
  return {
    entity: { kind: 'Node', name: node },
    node,
    by: labels.node ? `node=${node}` : `instance=${labels.instance}`,
  };
}

/** The node that a label names, or whose address the exporter was asked at. */
function nodeOf(turn: Turn, labels: Labels): string | undefined {
  const told = labels.node ?? labels.nodename ?? labels.kubernetes_node;
  if (told) return told;
  const host = labels.instance?.replace(/:\d+$/, '');
  if (!host || labels.job?.includes('kube-state-metrics')) return undefined;
  if (turn.state.objects.has(objectKey(turn.scope, { kind: 'Node', name: host }))) return host;
  for (const key of turn.state.byKind.members(`${turn.scope}|Node`)) {
    const object = turn.state.objects.get(key)?.object;
    if (object?.kind === 'Node' && object.status?.addresses?.some((each) => each.address === host))
      return object.metadata.name;
  }
  // A node exporter is asked at its node's address.
  return /node-exporter/.test(`${labels.job ?? ''}`) ? host : undefined;
}

/** The workload of that name where there is one, else the Service. */
function ofService(turn: Turn, namespace: string | undefined, name: string, by: string): AlertSubject {
  const [bare = name, space] = name.split('.');
  const where = namespace ?? space;
  for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet']) {
    const ref = entity(kind, where, bare);
    if (turn.state.objects.has(objectKey(turn.scope, ref))) return owned(turn, ref, by);
  }
  return { entity: entity('Service', where, bare), by };
}

function isKnownService(turn: Turn, namespace: string | undefined, name: string): boolean {
  const { named, objects } = turn.state;
  const kinds = ['Service', 'Deployment', 'StatefulSet'];
  return (
    named.has(`${turn.scope}|${namespace ?? ''}/${name}`) ||
    kinds.some((kind) => objects.has(objectKey(turn.scope, entity(kind, namespace, name))))
  );
}

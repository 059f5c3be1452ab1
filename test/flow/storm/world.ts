// A cluster of some hundred workloads, and what three faults in it make of it: thousands of alerts within one second. All of it is made up.
import type { AlertItem, DependencyItem, Envelope, Item, KubeObject, Source } from '@winnow/contracts';

const START = Date.parse('2026-03-08T15:00:00.000Z');
export const at = (seconds: number): string => new Date(START + seconds * 1000).toISOString();

export interface Workload {
  readonly namespace: string;
  readonly name: string;
  readonly replicas: number;
  /** The nodes of its pods, in turn. */
  readonly nodes: readonly string[];
}

/** Letters that look like the ends of pods' names. */
const suffix = (number: number) =>
  [0, 1, 2, 3, 4].map((place) => 'bcdfghjklmnpqrstvwxz'[Math.floor(number / 20 ** place) % 20]).join('');
export const podName = ({ name }: Workload, replica: number) => `${name}-7c9d8f6b5-${suffix(replica + 1)}`;

const metadata = (namespace: string | undefined, name: string, more: object = {}) => ({
  name,
  ...(namespace && { namespace }),
  uid: `uid-${namespace}-${name}`,
  resourceVersion: '1',
  creationTimestamp: at(-86_400),
  ...more,
});
const ownedBy = (kind: string, name: string) => ({ ownerReferences: [{ kind, name, controller: true }] });

/** What is known of a workload while it is well: its Deployment, ReplicaSet, Service and pods. */
function objectsOf(workload: Workload): KubeObject[] {
  const { namespace, name, replicas, nodes } = workload;
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name, image: `registry.local/${name}:1` }] } };
  const status = { replicas, readyReplicas: replicas, availableReplicas: replicas };
  const selector = { matchLabels: labels };
  const set = `${name}-7c9d8f6b5`;
  const pods = Array.from({ length: replicas }, (_, replica) => ({
    kind: 'Pod',
    metadata: metadata(namespace, podName(workload, replica), { labels, ...ownedBy('ReplicaSet', set) }),
    spec: { nodeName: nodes[replica % nodes.length], containers: template.spec.containers },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: at(-80_000) }] },
  }));
  return [
    { kind: 'Deployment', metadata: metadata(namespace, name), spec: { replicas, selector, template }, status },
    {
      kind: 'ReplicaSet',
      metadata: metadata(namespace, set, { labels, ...ownedBy('Deployment', name) }),
      spec: { replicas },
      status,
    },
    { kind: 'Service', metadata: metadata(namespace, name), spec: { selector: labels } },
    ...pods,
  ] as unknown as KubeObject[];
}

const nodeObject = (name: string) =>
  ({
    kind: 'Node',
    metadata: metadata(undefined, name),
    spec: {},
    status: { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: at(-80_000) }] },
  }) as unknown as KubeObject;

export const alert = (labels: Record<string, string>): AlertItem => ({
  type: 'alert',
  fingerprint: printOf(JSON.stringify(labels)),
  status: 'firing',
  labels,
  annotations: { description: `${labels.alertname} fires` },
});

function printOf(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const letter of Buffer.from(text)) hash = ((hash ^ BigInt(letter)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return hash.toString(16).padStart(16, '0');
}

const workloads = (namespace: string, prefix: string, count: number, replicas: number, nodes: readonly string[]) =>
  Array.from({ length: count }, (_, index): Workload => ({ namespace, name: `${prefix}-${index}`, replicas, nodes }));

/** Three faults that have nothing to do with each other: in namespaces, nodes and calls of their own. */
export function stormyCluster() {
  const onNode = workloads('batch', 'worker', 60, 5, ['node-a']);
  const database: Workload = { namespace: 'orders', name: 'ledger', replicas: 2, nodes: ['node-b'] };
  const callers = workloads('orders', 'shop', 40, 20, ['node-c', 'node-d']);
  const gateway: Workload = { namespace: 'edge', name: 'gateway', replicas: 400, nodes: ['node-e', 'node-f'] };
  const all = [...onNode, database, ...callers, gateway];
  const nodes = [...new Set(all.flatMap((each) => each.nodes))];
  const objects = [...nodes.map(nodeObject), ...all.flatMap(objectsOf)];
  const calls = callers.map(
    ({ namespace, name }): DependencyItem => ({
      type: 'dependency',
      from: { namespace, service: name },
      to: { namespace: database.namespace, service: database.name },
    }),
  );
  return { objects, calls, faults: [nodeFault(onNode), databaseFault(database, callers), gatewayFault(gateway)] };
}

/** The alerts of a pod, as different rules and containers tell of it. */
function podAlerts(workload: Workload, names: readonly string[], variants: number, severity: string): AlertItem[] {
  const { namespace, name, replicas } = workload;
  return names.flatMap((alertname) =>
    Array.from({ length: replicas * variants }, (_, index) =>
      alert({
        ...{ alertname, severity, namespace, container: name },
        pod: podName(workload, index % replicas),
        ...(variants > 1 && { endpoint: `e${Math.floor(index / replicas)}` }),
      }),
    ),
  );
}

/** A node is gone: every pod on it is not ready. */
function nodeFault(workloads: readonly Workload[]): AlertItem[] {
  return [
    alert({ alertname: 'KubeNodeNotReady', severity: 'critical', node: 'node-a' }),
    alert({ alertname: 'KubeNodeUnreachable', severity: 'critical', node: 'node-a' }),
    ...workloads.flatMap((each) => podAlerts(each, ['KubePodNotReady', 'KubeContainerWaiting'], 5, 'warning')),
  ];
}

/** A database crashes: who calls it answers with errors, and late. */
function databaseFault(database: Workload, callers: readonly Workload[]): AlertItem[] {
  return [
    ...podAlerts(database, ['KubePodCrashLooping'], 1, 'critical'),
    ...callers.flatMap((each) => podAlerts(each, ['HighErrorRate', 'HighLatency'], 3, 'warning')),
  ];
}

/** A bad release: every pod of one workload crashes. */
function gatewayFault(gateway: Workload): AlertItem[] {
  return podAlerts(gateway, ['KubePodCrashLooping', 'KubePodNotReady', 'KubeContainerWaiting'], 2, 'critical');
}

export const envelope = (
  seconds: number,
  source: Source,
  items: readonly Item[],
  more: Partial<Envelope> = {},
): Envelope => ({
  schema: 1,
  tenant: 'default',
  cluster: 'prod',
  source,
  instance: 'intake',
  at: at(seconds),
  items: [...items],
  ...more,
});

/** The arrivals of the items, so many in each. */
export function batches<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

/** Takes from each in turn: as alerts of several faults come mixed. */
export function interleave<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, at) =>
    lists.flatMap((list) => (at < list.length ? [list[at] as T] : [])),
  ).flat();
}

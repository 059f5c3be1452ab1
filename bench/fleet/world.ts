// A fleet that runs the same services everywhere, with the trouble that there always is; and in some clusters a rollout of an image
// that does not exist.
import { type Envelope, type Item, type KubeObject, readKubeObject } from '@winnow/contracts';

export interface FleetWorld {
  readonly clusters: number;
  /** In so many of them the bad image is rolled out. */
  readonly bad: number;
  readonly tenant?: string;
  /** Minutes of noise before the rollout (default 10), and over which it is spread (default 4). */
  readonly before?: number;
  readonly over?: number;
}

/** What happens at one second. */
export interface Second {
  readonly envelopes: readonly Envelope[];
  /** Clusters in which the pods of the bad image show that they cannot pull it now. */
  readonly hit: readonly string[];
}

export const BAD_IMAGE = 'registry.example.com/shop/cart:2.0.1';
const START = Date.parse('2026-03-08T12:00:00.000Z');
const services = ['cart', 'checkout', 'search', 'orders', 'users', 'mail', 'billing', 'stock', 'proxy', 'web'];
const zones = ['a', 'b', 'c'];
const regions = ['eu-1', 'eu-2', 'us-1', 'us-2', 'ap-1'];

export const clusterName = (n: number): string => `cluster-${String(n).padStart(3, '0')}`;
/** The clusters of the rollout lie all over the fleet. */
export const badClusters = ({ clusters, bad }: FleetWorld): readonly string[] =>
  Array.from({ length: bad }, (_, n) => clusterName(Math.floor((n * clusters) / bad)));

/** The same each time. */
export function* fleetSeconds(world: FleetWorld): Generator<Second> {
  const { clusters, before = 10, over = 4 } = world;
  const random = createRandom(7);
  const names = Array.from({ length: clusters }, (_, n) => clusterName(n));
  const bad = badClusters(world);
  const hitAt = new Map(bad.map((name, n) => [name, before * 60 + Math.floor((n * over * 60) / bad.length)]));
  const firing = new Map<string, Item[]>();
  for (let second = 0; second <= (before + over + 2) * 60; second++) {
    const envelopes: Envelope[] = [];
    const hit: string[] = [];
    for (const [n, cluster] of names.entries()) {
      const tell = (source: Envelope['source'], items: readonly Item[]) =>
        envelopes.push(envelopeOf(world, cluster, second, source, items));
      if (second === 0) tell('kubernetes.object', inventory(cluster, n));
      if ((second + n) % 10 === 0) tell('heartbeat', beats);
      if (hitAt.get(cluster) === second) tell('kubernetes.object', rollout(cluster, n, '1.9.0', BAD_IMAGE));
      if ((hitAt.get(cluster) ?? -9) + 3 === second) {
        tell('kubernetes.object', [added(failingPod(cluster, n, 'cart', BAD_IMAGE, 'bad', 'ImagePullBackOff'))]);
        hit.push(cluster);
      }
      if (second > 20 && random() < 1 / 1200) {
        const trouble = noise(cluster, n, second, random);
        if (trouble.alerts) firing.set(cluster, [...(firing.get(cluster) ?? []), ...trouble.alerts]);
        if (trouble.objects) tell('kubernetes.object', trouble.objects);
      }
      // As Prometheus posts: all that fire, each minute.
      const alerts = firing.get(cluster);
      if (alerts && (second + n) % 60 === 0) tell('alertmanager.alerts', alerts);
    }
    yield { envelopes, hit };
  }
}

const beats: readonly Item[] = ['kubernetes.object', 'alertmanager.alerts'].map((source) => ({
  ...{ type: 'heartbeat', source, instance: 'watch' },
}));

function envelopeOf(
  { tenant = 'default' }: FleetWorld,
  cluster: string,
  second: number,
  source: Envelope['source'],
  items: readonly Item[],
): Envelope {
  const at = new Date(START + second * 1000).toISOString();
  return { schema: 1, tenant, cluster, source, instance: 'watch', at, items: [...items] };
}

/** Trouble of one cluster's own, of a kind that others have too. */
function noise(cluster: string, n: number, second: number, random: () => number) {
  const service = services[Math.floor(random() * services.length)] as string;
  const kind = Math.floor(random() * 5);
  if (kind === 0)
    return {
      objects: [added(failingPod(cluster, n, service, imageOf(service, '1.9.0'), `n${second}`, 'CrashLoopBackOff'))],
    };
  // Somebody's own mistake: nobody else has that image.
  if (kind === 1) {
    const typo = `registry.example.com/shop/${service}:typo-${cluster}-${second}`;
    return { objects: [added(failingPod(cluster, n, service, typo, `n${second}`, 'ImagePullBackOff'))] };
  }
  if (kind === 2) return { objects: [modified(nodeOf(cluster, n, 0, false))] };
  const alertname = kind === 3 ? 'KubePodCrashLooping' : 'HighErrorRate';
  const labels = { alertname, namespace: 'shop', deployment: service, severity: 'warning', cluster };
  const fingerprint = Math.floor(random() * 0xffffffff)
    .toString(16)
    .padStart(16, '0');
  return { alerts: [{ type: 'alert', fingerprint, status: 'firing', labels, annotations: {} } as const] };
}

const imageOf = (service: string, tag: string) => `registry.example.com/shop/${service}:${tag}`;

function inventory(cluster: string, n: number): Item[] {
  const nodes = zones.map((_, at) => added(nodeOf(cluster, n, at, true)));
  return [...nodes, ...services.flatMap((service) => workload(cluster, service, imageOf(service, '1.9.0')))];
}

function workload(cluster: string, service: string, image: string): Item[] {
  const replicaSet = `${service}-aaaa`;
  const pod = { metadata: metadataOf(cluster, `${replicaSet}-1`, service, { kind: 'ReplicaSet', name: replicaSet }) };
  return [
    added(deploymentOf(cluster, service, image, 1)),
    added({
      kind: 'ReplicaSet',
      metadata: metadataOf(cluster, replicaSet, service, { kind: 'Deployment', name: service }),
    }),
    added({
      ...{ kind: 'Pod', ...pod, spec: { nodeName: nodeName(cluster, 0), containers: [{ name: service, image }] } },
      status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
    }),
  ];
}

function deploymentOf(cluster: string, service: string, image: string, generation: number): object {
  return {
    kind: 'Deployment',
    metadata: { ...metadataOf(cluster, service, service), generation },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: service } },
      template: { metadata: { labels: { app: service } }, spec: { containers: [{ name: service, image }] } },
    },
    status: { replicas: 1, readyReplicas: 1 },
  };
}

function rollout(cluster: string, _n: number, _from: string, image: string): Item[] {
  return [modified(deploymentOf(cluster, 'cart', image, 2))];
}

function failingPod(
  cluster: string,
  n: number,
  service: string,
  image: string,
  suffix: string,
  reason: string,
): object {
  const replicaSet = `${service}-aaaa`;
  const words: Readonly<Record<string, string>> = {
    ImagePullBackOff: `Back-off pulling image "${image}": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image "${image}": not found`,
    CrashLoopBackOff: `back-off 5m0s restarting failed container=${service}`,
  };
  const waiting = { reason, message: words[reason] ?? '' };
  const restartCount = reason === 'CrashLoopBackOff' ? 5 : 0;
  return {
    kind: 'Pod',
    metadata: metadataOf(cluster, `${replicaSet}-${suffix}`, service, { kind: 'ReplicaSet', name: replicaSet }),
    spec: { nodeName: nodeName(cluster, n % zones.length), containers: [{ name: service, image }] },
    status: {
      phase: reason === 'CrashLoopBackOff' ? 'Running' : 'Pending',
      containerStatuses: [{ name: service, image, ready: false, restartCount, state: { waiting } }],
    },
  };
}

const nodeName = (cluster: string, at: number) => `${cluster}-node-${at}`;

function nodeOf(cluster: string, n: number, at: number, ready: boolean): object {
  const region = regions[n % regions.length] as string;
  const labels = {
    'topology.kubernetes.io/region': region,
    'topology.kubernetes.io/zone': `${region}${zones[(n + at) % zones.length]}`,
  };
  return {
    kind: 'Node',
    metadata: { name: nodeName(cluster, at), uid: `${cluster}-node-${at}`, labels, resourceVersion: ready ? '1' : '2' },
    status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'Unknown', reason: 'NodeStatusUnknown' }] },
  };
}

function metadataOf(cluster: string, name: string, app: string, owner?: { kind: string; name: string }): object {
  const ownerReferences = owner ? [{ ...owner, uid: `${cluster}-${owner.name}`, controller: true }] : [];
  return { name, namespace: 'shop', uid: `${cluster}-${name}`, labels: { app }, ownerReferences };
}

const added = (object: object): Item => item(object, 'ADDED');
const modified = (object: object): Item => item(object, 'MODIFIED');

function item(raw: object, change: 'ADDED' | 'MODIFIED'): Item {
  const read = readKubeObject(raw);
  if (!('object' in read)) throw new Error(`${read.field}: expected ${read.expected}`);
  return { type: 'object', change, object: read.object as KubeObject };
}

/** After mulberry32 (public domain): the same numbers each time. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

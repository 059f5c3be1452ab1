// Which objects of a cluster an incident's dossier shows: those that the walk reached, and what surrounds them, nearest first.
import { type Edge, type EntityRef, entityKey, entityOfKey, kindOf, known, workloadKinds } from '@winnow/contracts';
import { LARGE_NAMESPACE, MAX_EDGES, MAX_NODES, MAX_OBJECTS, MAX_PODS_PER_WORKLOAD } from './budget.ts';
import type { ClusterView } from './cluster-view.ts';
import { compareTrouble, nodeTrouble } from './pod-trouble.ts';
import type { NearObject, ObjectsArguments, Surroundings } from './surroundings.ts';
import { walk } from './walk.ts';

/** Nearness of what nothing leads to, but which a diagnosis may need: after all that the graph leads to. */
const LIMITS = 2.5;
const PLUMBING = 4;
const NEIGHBOUR = 5;
const BYSTANDER = 6;

const limits: ReadonlySet<string> = new Set(['ResourceQuota', 'LimitRange', 'NetworkPolicy', 'Namespace']);
const plumbing: ReadonlySet<string> = new Set([
  'Service',
  'Endpoints',
  'EndpointSlice',
  'Ingress',
  'PersistentVolumeClaim',
]);

/** The surroundings of an incident's members. */
export function selectObjects(view: ClusterView, { members, hops }: ObjectsArguments): Surroundings {
  const { near, dependents } = walk(view, members, hops);
  const ranked = new Map(near);
  for (const [key, distance] of surround(view, members, near)) if (!ranked.has(key)) ranked.set(key, distance);
  const existing = [...ranked].sort(byNearness).flatMap(([key, distance]) => toNear(view, key, distance));
  const objects = thinNodes(thinPods(existing)).slice(0, MAX_OBJECTS);
  return {
    objects,
    edges: edgesFrom(view, objects),
    dependents: dependents.map(entityOfKey),
    nodes: view.keysOf('').filter((key) => key.startsWith('Node/')).length,
    leftOut: existing.length - objects.length,
  };
}

/** A pod's edges are its owner's: each is given once. */
function edgesFrom(view: ClusterView, objects: readonly NearObject[]): readonly Edge[] {
  const edges = objects.flatMap(({ object }) => view.dependencies(refOf(object)));
  const distinct = new Map(edges.map((edge) => [`${entityKey(edge.from)} ${edge.type} ${entityKey(edge.to)}`, edge]));
  return [...distinct.values()].slice(0, MAX_EDGES).map(({ from, to, type, learned, errorRatio, latencyMs }) => ({
    ...{ from, to, type, learned },
    ...known({ errorRatio, latencyMs }),
  }));
}

function toNear(view: ClusterView, key: string, near: number): NearObject[] {
  const object = view.object(key);
  if (!object) return [];
  const owner = view.owner(key);
  return [owner ? { object, owner, near } : { object, near }];
}

export function refOf(object: { readonly kind: string } & NearObject['object']): EntityRef {
  const { name, namespace } = object.metadata;
  return namespace ? { kind: kindOf(object), namespace, name } : { kind: kindOf(object), name };
}

function byNearness([left, a]: readonly [string, number], [right, b]: readonly [string, number]): number {
  return a - b || (left < right ? -1 : 1);
}

/** Namespaces of the members and their limits, the cluster's nodes and classes, and the members' neighbours. */
function* surround(view: ClusterView, members: readonly string[], near: ReadonlyMap<string, number>) {
  const reached = [...near.keys()].map(entityOfKey);
  const homes = namespacesOf(members.map(entityOfKey));
  for (const name of namespacesOf(reached))
    for (const key of view.keysOf(name)) if (isOf(key, limits)) yield [key, LIMITS] as const;
  const has = (kind: string) => reached.some((ref) => ref.kind === kind);
  for (const key of view.keysOf('')) {
    const { kind, name } = entityOfKey(key);
    if (kind === 'Namespace' && homes.includes(name)) yield [key, LIMITS] as const;
    if (kind === 'Node') yield [key, PLUMBING] as const;
    if (has('PersistentVolumeClaim') && (kind === 'StorageClass' || isForHome(view, key, homes)))
      yield [key, PLUMBING] as const;
    if (has('Ingress') && kind === 'IngressClass') yield [key, PLUMBING] as const;
  }
  for (const home of homes) yield* neighboursIn(view.keysOf(home));
}

/** In a namespace of thousands, pods and settings that nothing leads to would only be sorted to be left out. */
function* neighboursIn(keys: readonly string[]) {
  for (const key of keys) {
    const near = neighbourhoodOf(key);
    if (near < BYSTANDER || keys.length <= LARGE_NAMESPACE) yield [key, near] as const;
  }
}

/** A volume that a claim of these namespaces has, or may have. */
function isForHome(view: ClusterView, key: string, homes: readonly string[]): boolean {
  const volume = view.object(key);
  if (volume?.kind !== 'PersistentVolume') return false;
  const namespace = volume.spec?.claimRef?.namespace;
  return namespace === undefined || homes.includes(namespace);
}

function neighbourhoodOf(key: string): number {
  if (isOf(key, plumbing)) return PLUMBING;
  return isOf(key, workloadKinds) && !key.startsWith('Pod/') ? NEIGHBOUR : BYSTANDER;
}

const isOf = (key: string, kinds: ReadonlySet<string>) => kinds.has(key.slice(0, key.indexOf('/')));

function namespacesOf(refs: readonly EntityRef[]): readonly string[] {
  const names = refs.flatMap((ref) => (ref.kind === 'Namespace' ? ref.name : (ref.namespace ?? [])));
  return [...new Set(names)].sort();
}

/** At most so many nodes that nothing leads to, those in trouble first. */
function thinNodes(objects: readonly NearObject[]): readonly NearObject[] {
  const nodes = objects.filter(({ object, near }) => object.kind === 'Node' && near >= PLUMBING);
  const dropped = new Set(nodes.toSorted((a, b) => nodeTrouble(b.object) - nodeTrouble(a.object)).slice(MAX_NODES));
  return objects.filter((each) => !dropped.has(each));
}

/** At most so many pods of one workload, those in trouble first. */
function thinPods(objects: readonly NearObject[]): readonly NearObject[] {
  const pods = Map.groupBy(
    objects.filter(({ object, near }) => object.kind === 'Pod' && near > 0),
    ({ object, owner }) => (owner ? entityKey(owner) : entityKey(refOf(object))),
  );
  const dropped = new Set(
    [...pods.values()].flatMap((group) =>
      group.toSorted((a, b) => compareTrouble(a.object, b.object)).slice(MAX_PODS_PER_WORKLOAD),
    ),
  );
  return objects.filter((each) => !dropped.has(each));
}

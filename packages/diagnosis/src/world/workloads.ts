// Workloads: what a person changes (Deployment, StatefulSet, DaemonSet, Job, CronJob, a bare Pod), with the pods that run for it.
import {
  type Container,
  type ContainerStatus,
  type EntityRef,
  entity,
  entityKey,
  type Pod,
  type PodSpec,
} from '@winnow/contracts';
import { type ObjectIndex, refOf } from './objects.ts';

export interface Workload {
  readonly ref: EntityRef;
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  /** The pod template, or the spec of a pod where there is no template to be seen. */
  readonly spec: PodSpec | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** Replicas wanted; undefined where it cannot be told. */
  readonly desired: number | undefined;
  /** Pods that exist, and that are ready, as its controller counts them: a dossier may hold only some of the pods. */
  readonly existing: number | undefined;
  readonly ready: number | undefined;
  readonly pods: readonly Pod[];
  readonly containers: readonly ContainerView[];
}

/** One container of a workload, over all its pods. */
export interface ContainerView {
  readonly workload: Workload;
  readonly name: string;
  readonly init: boolean;
  readonly spec: Container | undefined;
  readonly runs: readonly ContainerRun[];
}
export interface ContainerRun {
  readonly pod: Pod;
  readonly status: ContainerStatus;
}

export interface Workloads {
  readonly all: readonly Workload[];
  get(ref: EntityRef): Workload | undefined;
  /** The workload that an object belongs to (pods, ReplicaSets, Jobs of CronJobs), else the object itself. */
  canonical(ref: EntityRef): EntityRef;
}

interface Draft {
  ref: EntityRef;
  spec: PodSpec | undefined;
  labels: Record<string, string>;
  desired: number | undefined;
  existing: number | undefined;
  ready: number | undefined;
  pods: Pod[];
}

export function findWorkloads(objects: ObjectIndex): Workloads {
  const drafts = new Map<string, Draft>();
  for (const draft of declared(objects)) drafts.set(entityKey(draft.ref), draft);
  const canonical = (ref: EntityRef) => topOwner(objects, ref);
  for (const pod of objects.all('Pod')) {
    const ref = canonical(refOf(pod));
    const draft = drafts.get(entityKey(ref)) ?? fromPod(ref, pod);
    drafts.set(entityKey(ref), draft);
    draft.pods.push(pod);
    draft.spec ??= pod.spec;
  }
  const all = [...drafts.keys()].sort().map((key) => finish(key, drafts.get(key)!));
  const byKey = new Map(all.map((each) => [each.key, each]));
  return { all, canonical, get: (ref) => byKey.get(entityKey(canonical(ref))) };
}

function declared(objects: ObjectIndex): Draft[] {
  const kinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'] as const;
  return kinds.flatMap((kind) =>
    objects
      .all(kind)
      .map((object): Draft => {
        const template = object.kind === 'CronJob' ? object.spec?.jobTemplate?.spec?.template : object.spec?.template;
        const scaled = object.kind === 'Deployment' || object.kind === 'StatefulSet' ? object : undefined;
        return {
          ref: refOf(object),
          spec: template?.spec,
          labels: template?.metadata?.labels ?? {},
          desired: scaled && (scaled.spec?.replicas ?? 1),
          existing: scaled?.status && (scaled.status.replicas ?? 0),
          ready: scaled?.status && (scaled.status.readyReplicas ?? 0),
          pods: [],
        };
      })
      .filter((draft) => entityKey(topOwner(objects, draft.ref)) === entityKey(draft.ref)),
  );
}

function fromPod(ref: EntityRef, pod: Pod): Draft {
  return {
    ref,
    spec: pod.spec,
    labels: pod.metadata.labels ?? {},
    desired: undefined,
    existing: undefined,
    ready: undefined,
    pods: [],
  };
}

function topOwner(objects: ObjectIndex, ref: EntityRef): EntityRef {
  let current = ref;
  for (let hop = 0; hop < 4; hop++) {
    const owner = ownerOf(objects, current);
    if (!owner) return current;
    current = owner;
  }
  return current;
}

const owned = ['Pod', 'ReplicaSet', 'Job'] as const;

function ownerOf(objects: ObjectIndex, ref: EntityRef): EntityRef | undefined {
  const kind = owned.find((each) => each === ref.kind);
  if (!kind) return undefined;
  const metadata = objects.get(kind, ref.namespace, ref.name)?.metadata;
  const owners = metadata?.ownerReferences ?? [];
  const owner = owners.find((each) => each.controller) ?? owners[0];
  if (owner && owner.kind !== 'Node') return entity(owner.kind, ref.namespace, owner.name);
  const hash = metadata?.labels?.['pod-template-hash'];
  if (kind === 'ReplicaSet' && hash && ref.name.endsWith(`-${hash}`))
    return entity('Deployment', ref.namespace, ref.name.slice(0, -hash.length - 1));
  return kind === 'Job' || metadata ? undefined : ownerByName(objects, ref);
}

/** An object that is gone (or not in sight) is still known by its name: `cart-7d9f8c6b5-x2x4z` belonged to `cart`. */
function ownerByName(objects: ObjectIndex, ref: EntityRef): EntityRef | undefined {
  const suffix = ref.kind === 'Pod' ? /-[a-z0-9]{5,10}-[a-z0-9]{5}$/ : /-[a-z0-9]{5,10}$/;
  const byHash = entity('Deployment', ref.namespace, ref.name.replace(suffix, ''));
  if (byHash.name !== ref.name && objects.has(byHash)) return byHash;
  const ordinal = entity('StatefulSet', ref.namespace, ref.name.replace(/-\d+$/, ''));
  if (ordinal.name !== ref.name && objects.has(ordinal)) return ordinal;
  const daemon = entity('DaemonSet', ref.namespace, ref.name.replace(/-[a-z0-9]{5}$/, ''));
  return daemon.name !== ref.name && objects.has(daemon) ? daemon : undefined;
}

function finish(key: string, draft: Draft): Workload {
  const containers: ContainerView[] = [];
  const workload: Workload = {
    ...draft,
    key,
    namespace: draft.ref.namespace ?? '',
    name: draft.ref.name,
    containers,
  };
  containers.push(...views(workload, true), ...views(workload, false));
  return workload;
}

function views(workload: Workload, init: boolean): ContainerView[] {
  const specs = new Map<string, Container | undefined>();
  const newest = [...workload.pods].sort((a, b) => compareCreated(b, a));
  for (const spec of [workload.spec, ...newest.map((pod) => pod.spec)])
    for (const each of (init ? spec?.initContainers : spec?.containers) ?? [])
      if (!specs.has(each.name)) specs.set(each.name, each);
  const runs = new Map<string, ContainerRun[]>();
  for (const pod of workload.pods)
    for (const status of (init ? pod.status?.initContainerStatuses : pod.status?.containerStatuses) ?? []) {
      if (!specs.has(status.name)) specs.set(status.name, undefined);
      runs.set(status.name, [...(runs.get(status.name) ?? []), { pod, status }]);
    }
  return [...specs].map(([name, spec]) => ({ workload, name, init, spec, runs: runs.get(name) ?? [] }));
}

function compareCreated(a: Pod, b: Pod): number {
  const [left, right] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? ''];
  return left < right ? -1 : left > right ? 1 : 0;
}

// A quota or LimitRange of the namespace refuses objects.
import { type EntityRef, type Evidence, entity, type FailureModeId, type SymptomId } from '@winnow/contracts';
import { type Clue, citeAbsence, citeObject, clue, sameEntity } from '../clue.ts';
import { defineMode, type Mode, type Test } from '../mode.ts';
import { remedy } from '../remedy.ts';
import { claimsOf } from '../world/graph.ts';
import { isShort } from '../world/health.ts';
import { portsOf } from '../world/ports.ts';
import { quantity } from '../world/quantity.ts';
import type { Workload } from '../world/workloads.ts';
import type { World } from '../world/world.ts';
import { modeOf, refusals } from './refusals.ts';

const refused =
  (mode: FailureModeId): Test<EntityRef> =>
  (namespace, world) => {
    const told = refusals(world).filter((each) => each.namespace === namespace.name && each.mode === mode);
    const first = told[0];
    if (!first) return seenFull(namespace, world, mode);
    if (!stillShort(world, namespace.name, mode)) return undefined;
    const quota = first.quota ? world.objects.get('ResourceQuota', namespace.name, first.quota) : undefined;
    const status =
      quota &&
      citeObject(
        entity('ResourceQuota', namespace.name, quota.metadata.name),
        'status',
        JSON.stringify(quota.status ?? quota.spec),
      );
    return clue(0, first.says, first.evidence, ...(status ? [status] : []));
  };

/** Nobody may have told of the refusal; a quota that is full while something is missing that it counts is as good. */
function seenFull(namespace: EntityRef, world: World, mode: FailureModeId): Clue | undefined {
  for (const quota of world.objects.all('ResourceQuota', namespace.name)) {
    const hard = quota.status?.hard ?? quota.spec?.hard ?? {};
    for (const [resource, most] of Object.entries(hard)) {
      if (modeOf(resource) !== mode || /^(?:configmaps|secrets|count\/(?!pods))/.test(resource)) continue;
      const used = quantity(quota.status?.used?.[resource]) ?? 0;
      const missing = whatIsMissing(namespace.name, world, mode);
      const full = used >= (quantity(most) ?? Number.POSITIVE_INFINITY);
      if (!missing || (!full && mode !== 'quota-storage-exceeded')) continue;
      const ref = entity('ResourceQuota', namespace.name, quota.metadata.name);
      return clue(
        full ? 0.2 : 0,
        `quota ${quota.metadata.name} allows ${most} ${resource}, ${used} are used, and ${missing.says}`,
        citeObject(ref, 'status', `${resource}: used ${used}, hard ${most}`),
        missing.evidence,
      );
    }
  }
  return undefined;
}

/** Something of the kind that the quota counts is wanted and not there. */
function whatIsMissing(
  namespace: string,
  world: World,
  mode: FailureModeId,
): { says: string; evidence: Evidence } | undefined {
  const near = world.workloads.all.filter((each) => each.namespace === namespace);
  if (mode === 'quota-services-exceeded') return missingService(near, world);
  if (mode === 'quota-storage-exceeded') {
    const claim = near.flatMap(claimsOf).find((each) => !world.objects.has(each));
    return (
      claim && {
        says: `claim ${claim.name} is missing`,
        evidence: citeAbsence(`PersistentVolumeClaim ${namespace}/${claim.name}`, 'no such claim'),
      }
    );
  }
  const short = near.find(isShort);
  return (
    short && {
      says: `${short.name} has ${short.existing ?? short.pods.length} of ${short.desired} pods`,
      evidence: citeObject(short.ref, 'status.replicas', `${short.existing ?? short.pods.length} of ${short.desired}`),
    }
  );
}

/** A workload that declares ports and that others are configured to call by its name, but no Service has that name. */
function missingService(near: readonly Workload[], world: World): { says: string; evidence: Evidence } | undefined {
  const orphan = near.find((workload) => {
    const served = world.services.all.some(
      (each) => each.selected.includes(workload) || each.ref.name === workload.name,
    );
    return !served && portsOf(workload).length > 0;
  });
  return (
    orphan && {
      says: `no Service leads to ${orphan.name}`,
      evidence: citeAbsence(`Service ${orphan.ref.namespace}/${orphan.name}`, 'no such Service'),
    }
  );
}

/** A refusal counts while something that was refused is still missing: a rollout that went through was no harm. */
function stillShort(world: World, namespace: string, mode: FailureModeId): boolean {
  if (mode === 'quota-services-exceeded' || mode === 'quota-storage-exceeded') return true;
  const near = world.workloads.all.filter((each) => each.namespace === namespace && each.desired !== undefined);
  return near.length === 0 || near.some(isShort);
}

interface Row {
  readonly id: FailureModeId;
  readonly what: string;
}
const rows: readonly Row[] = [
  { id: 'quota-pods-exceeded', what: 'pods' },
  { id: 'quota-cpu-exceeded', what: 'CPU' },
  { id: 'quota-memory-exceeded', what: 'memory' },
  { id: 'quota-services-exceeded', what: 'Services' },
  { id: 'quota-storage-exceeded', what: 'storage' },
];

const namespacesOf = (world: World): readonly EntityRef[] =>
  [
    ...new Set([
      ...refusals(world).map((each) => each.namespace),
      ...world.objects.all('ResourceQuota').map((each) => each.metadata.namespace ?? ''),
    ]),
  ]
    .filter((each) => each !== '')
    .sort()
    .map((name) => entity('Namespace', undefined, name));

const raise = (namespace: EntityRef) => [
  remedy('See what uses the quota up', `kubectl describe quota -n ${namespace.name}`, 'low'),
  remedy('Raise the quota, or remove what is not needed', `kubectl edit quota -n ${namespace.name}`, 'medium'),
];

const refusedPods = [
  'create-refused',
  'replicas-missing',
  'rollout-stuck',
  'service-no-endpoints',
  'quota-full',
  'job-failed',
  'not-ready',
] as const;
const refusedServices = [
  'quota-full',
  'service-no-endpoints',
  'connectivity-failed',
  'request-errors',
  'traffic-lost',
  'crash-loop',
  'container-failed',
  'ingress-broken',
] as const;
const refusedClaims = [
  'quota-full',
  'claim-pending',
  'unschedulable',
  'pending',
  'replicas-missing',
  'rollout-stuck',
  'service-no-endpoints',
  'create-refused',
  'not-ready',
  'connectivity-failed',
] as const;

function harmsOf(mode: FailureModeId): readonly SymptomId[] {
  if (mode === 'quota-services-exceeded') return refusedServices;
  return mode === 'quota-storage-exceeded' ? refusedClaims : refusedPods;
}

/** Pods are refused only where some are missing. */
const isShortOfPods = (_: EntityRef, dependent: EntityRef, world: World) => {
  const workload =
    world.workloads.get(dependent) ?? world.services.all.find((each) => sameEntity(each.ref, dependent))?.selected[0];
  return workload === undefined || workload.desired === undefined || isShort(workload);
};

export const quotaModes: readonly Mode[] = [
  ...rows.map(({ id, what }) =>
    defineMode<EntityRef>({
      id,
      headline: `its quota of ${what} is used up`,
      over: namespacesOf,
      blames: (namespace) => namespace,
      harms: harmsOf(id),
      ...(harmsOf(id) === refusedPods ? { touches: isShortOfPods } : {}),
      base: 0.9,
      required: [refused(id)],
      summary: (namespace) => `The quota of namespace ${namespace.name} refuses more ${what}.`,
      remediation: raise,
      neighbours: Object.fromEntries(
        rows
          .filter((each) => each.id !== id)
          .map((each) => [each.id, 'Of the resources named, the one whose used plus requested is over the limit.']),
      ),
    }),
  ),
  defineMode<EntityRef>({
    id: 'quota-requires-limits',
    headline: 'its quota or LimitRange refuses pods without (or outside) limits',
    over: namespacesOf,
    blames: (namespace) => namespace,
    harms: refusedPods,
    touches: isShortOfPods,
    base: 0.88,
    required: [refused('quota-requires-limits')],
    summary: (namespace) =>
      `A quota or LimitRange of namespace ${namespace.name} refuses pods for their requests or limits.`,
    remediation: (namespace) => [
      remedy(
        'Give defaults in a LimitRange, or set requests and limits in the pod template',
        `kubectl describe limitrange,quota -n ${namespace.name}`,
        'low',
      ),
    ],
  }),
];

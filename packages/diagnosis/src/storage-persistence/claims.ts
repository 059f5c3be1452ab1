// A claim that is not bound: no class, no volume that fits, or no claim at all.
import { type EntityRef, entity, type FailureModeId, type KubeObject } from '@winnow/contracts';
import { citeAbsence, citeEvent, citeObject, clue } from '../clue.ts';
import { defineMode, type Mode, type Test } from '../mode.ts';
import { describe, edit, remedy } from '../remedy.ts';
import { claimsOf } from '../world/graph.ts';
import { quantity } from '../world/quantity.ts';
import { matchesSelector } from '../world/selectors.ts';
import type { World } from '../world/world.ts';

type Claim = Extract<KubeObject, { kind: 'PersistentVolumeClaim' }>;
type Volume = Extract<KubeObject, { kind: 'PersistentVolume' }>;
type ClaimTest = Test<Claim>;
const refOf = ({ metadata }: Claim) => entity('PersistentVolumeClaim', metadata.namespace, metadata.name);

const pending = (claim: Claim) => claim.status?.phase !== 'Bound';
const eventsOf = (claim: Claim, world: World) => world.events.about(refOf(claim));

/** The class by which volumes are chosen: an absent one is the default, an empty one means none. */
const classOf = (claim: Claim) => claim.spec?.storageClassName;
const sizeOf = (object: { readonly [key: string]: string } | undefined) => quantity(object?.storage) ?? 0;

const classMissing: ClaimTest = (claim, world) => {
  if (!pending(claim)) return undefined;
  const name = classOf(claim);
  const told = eventsOf(claim, world).findLast((each) => /storageclass\S* "?[^"\s]+"? not found/i.test(each.message));
  if (told)
    return clue(
      0.6,
      `StorageClass ${name ?? ''} does not exist`,
      citeEvent(told),
      citeObject(refOf(claim), 'spec.storageClassName', name ?? ''),
    );
  if (!name || !world.objects.sees('StorageClass') || world.objects.get('StorageClass', undefined, name))
    return undefined;
  if (world.objects.all('PersistentVolume').some((each) => each.spec?.storageClassName === name)) return undefined;
  return clue(
    0.5,
    `StorageClass ${name} does not exist`,
    citeObject(refOf(claim), 'spec.storageClassName', name),
    citeAbsence(`StorageClass ${name}`, 'no such StorageClass'),
  );
};

interface Misfit {
  readonly volume: Volume;
  readonly reasons: readonly ('class' | 'size' | 'mode' | 'labels' | 'taken')[];
}

/** Volumes that could be meant for the claim, with all that keeps each from being bound. */
function misfits(claim: Claim, world: World): readonly Misfit[] {
  if (!pending(claim)) return [];
  return world.objects.all('PersistentVolume').map((volume) => {
    const wanted = sizeOf(claim.spec?.resources?.requests);
    const modes = claim.spec?.accessModes ?? [];
    const checks: readonly [Misfit['reasons'][number], boolean][] = [
      ['class', (volume.spec?.storageClassName ?? '') !== (classOf(claim) ?? volume.spec?.storageClassName ?? '')],
      ['size', sizeOf(volume.spec?.capacity) < wanted],
      [
        'mode',
        volume.spec?.accessModes !== undefined && !modes.every((mode) => volume.spec?.accessModes?.includes(mode)),
      ],
      ['labels', claim.spec?.selector !== undefined && !matchesSelector(claim.spec.selector, volume.metadata.labels)],
      ['taken', isTaken(volume, claim)],
    ];
    return { volume, reasons: checks.filter(([, holds]) => holds).map(([reason]) => reason) };
  });
}

function isTaken(volume: Volume, claim: Claim): boolean {
  const holder = volume.spec?.claimRef;
  const other =
    holder?.name !== undefined &&
    (holder.name !== claim.metadata.name || holder.namespace !== claim.metadata.namespace);
  return other || volume.status?.phase === 'Released' || (volume.status?.phase === 'Bound' && holder === undefined);
}

/** The claim's volume: the one that it names, else the one with the fewest reasons against it. */
function nearest(claim: Claim, world: World): Misfit | undefined {
  const named = claim.spec?.volumeName;
  const all = misfits(claim, world);
  const wanted = named ? all.filter((each) => each.volume.metadata.name === named) : all;
  return [...wanted].sort(
    (a, b) => weightOf(a) - weightOf(b) || (a.volume.metadata.name < b.volume.metadata.name ? -1 : 1),
  )[0];
}

/** Volumes that are held by others or of another class are less likely to be meant. */
function weightOf({ reasons }: Misfit): number {
  return reasons.reduce((sum, each) => sum + (each === 'taken' ? 1.5 : each === 'class' ? 1.6 : 1), 0);
}

const keptBy =
  (reason: Misfit['reasons'][number], says: (claim: Claim, volume: Volume) => string): ClaimTest =>
  (claim, world) => {
    const near = nearest(claim, world);
    if (near?.reasons[0] !== reason && !(near?.reasons.includes(reason) && near.reasons.length === 1)) return undefined;
    const { volume } = near;
    return clue(
      near.reasons.length === 1 ? 0.4 : 0,
      says(claim, volume),
      citeObject(refOf(claim), 'spec', JSON.stringify(claim.spec ?? {})),
      citeObject(
        entity('PersistentVolume', undefined, volume.metadata.name),
        'spec',
        JSON.stringify({ ...volume.spec, phase: volume.status?.phase }),
      ),
    );
  };

const isTold: ClaimTest = (claim, world) => {
  const event = eventsOf(claim, world).findLast(
    (each) => each.eventType === 'Warning' || each.reason === 'FailedBinding' || each.reason === 'ProvisioningFailed',
  );
  return event && clue(0.2, '', citeEvent(event));
};

const hasDynamicClass: ClaimTest = (claim, world) => {
  const name = classOf(claim);
  const object = name ? world.objects.get('StorageClass', undefined, name) : undefined;
  if (!object?.provisioner || /no-provisioner/.test(object.provisioner)) return undefined;
  return clue(
    0.4,
    `StorageClass ${name} makes volumes by itself`,
    citeObject(entity('StorageClass', undefined, name!), 'provisioner', object.provisioner),
  );
};

interface Row {
  readonly id: FailureModeId;
  readonly base: number;
  readonly required: ClaimTest;
  readonly headline: string;
  readonly refuting?: readonly ClaimTest[];
}

const storage = (labels: { readonly [key: string]: string } | undefined) => labels?.storage ?? '?';
const rows: readonly Row[] = [
  { id: 'storage-class-missing', base: 0.8, required: classMissing, headline: 'its StorageClass does not exist' },
  {
    id: 'storage-class-missing',
    base: 0.6,
    required: keptBy(
      'class',
      (claim, volume) =>
        `volume ${volume.metadata.name} is of class ${volume.spec?.storageClassName || 'none'}, the claim asks for ${classOf(claim) || 'none'}`,
    ),
    headline: 'its StorageClass matches no volume',
    refuting: [hasDynamicClass],
  },
  {
    id: 'pvc-capacity-mismatch',
    base: 0.72,
    required: keptBy(
      'size',
      (claim, volume) =>
        `${storage(claim.spec?.resources?.requests)} are wanted, volume ${volume.metadata.name} has ${storage(volume.spec?.capacity)}`,
    ),
    headline: 'no volume is as large as it asks for',
    refuting: [hasDynamicClass],
  },
  {
    id: 'pvc-access-mode-mismatch',
    base: 0.72,
    required: keptBy(
      'mode',
      (claim, volume) =>
        `${(claim.spec?.accessModes ?? []).join(', ')} is wanted, volume ${volume.metadata.name} offers ${(volume.spec?.accessModes ?? []).join(', ')}`,
    ),
    headline: 'no volume offers its access mode',
    refuting: [hasDynamicClass],
  },
  {
    id: 'pvc-selector-mismatch',
    base: 0.72,
    required: keptBy(
      'labels',
      (_, volume) => `volume ${volume.metadata.name} does not carry the labels that the claim selects`,
    ),
    headline: 'no volume carries the labels that it selects',
    refuting: [hasDynamicClass],
  },
  {
    id: 'pv-already-bound',
    base: 0.68,
    required: keptBy(
      'taken',
      (_, volume) =>
        `volume ${volume.metadata.name} is ${volume.status?.phase ?? 'bound'} for ${volume.spec?.claimRef?.name ?? 'another claim'}`,
    ),
    headline: 'the volume that it wants belongs to another claim',
    refuting: [hasDynamicClass],
  },
];

const inWhichClaimsWait = ['claim-pending', 'pending', 'unschedulable', 'mount-failed'] as const;

const provisionerFails: ClaimTest = (claim, world) => {
  if (!pending(claim)) return undefined;
  const event = eventsOf(claim, world).findLast(
    (each) => each.reason === 'ProvisioningFailed' && !/not found/.test(each.message),
  );
  return event && clue(0.2, 'the provisioner says that it failed', citeEvent(event));
};

export const claimModes: readonly Mode[] = [
  ...rows.map((row) =>
    defineMode<Claim>({
      id: row.id,
      headline: row.headline,
      over: (world) => world.objects.all('PersistentVolumeClaim'),
      blames: refOf,
      base: row.base,
      required: [row.required],
      supporting: [isTold],
      refuting: row.refuting ?? [],
      explains: inWhichClaimsWait,
      summary: ({ metadata }) => `Claim ${metadata.name} stays unbound, and what mounts it cannot start.`,
      remediation: (claim) => [
        describe(refOf(claim), 'Read what the claim asks for'),
        remedy('See which classes and volumes there are', 'kubectl get storageclass,persistentvolume', 'low'),
        edit(refOf(claim), 'Most of a claim cannot be changed: make it anew with what exists', 'high'),
      ],
      neighbours: Object.fromEntries(
        rows
          .filter((each) => each.id !== row.id)
          .map((each) => [each.id, 'The volume with the fewest reasons against it tells which one decides.']),
      ),
    }),
  ),
  defineMode<Claim>({
    id: 'provisioning-failed',
    headline: 'its volume cannot be provisioned',
    over: (world) => world.objects.all('PersistentVolumeClaim'),
    blames: refOf,
    base: 0.75,
    required: [provisionerFails],
    explains: inWhichClaimsWait,
    summary: ({ metadata }) => `The provisioner fails to create the volume of claim ${metadata.name}.`,
    remediation: (claim) => [describe(refOf(claim), "Read the provisioner's message")],
  }),
  defineMode<{ readonly claim: EntityRef; readonly workload: EntityRef }>({
    id: 'pvc-missing',
    headline: 'it mounts a claim that does not exist',
    over: (world) =>
      world.workloads.all.flatMap((workload) =>
        claimsOf(workload)
          .filter((claim) => !world.objects.has(claim))
          .map((claim) => ({ claim, workload: workload.ref })),
      ),
    blames: ({ workload }) => workload,
    base: 0.8,
    depth: 1,
    required: [
      ({ claim, workload }, world) => {
        const owner = world.workloads.get(workload);
        const event =
          owner &&
          world.events
            .of(owner, 'FailedScheduling', 'FailedMount')
            .findLast((each) => each.message.includes(`"${claim.name}" not found`));
        const waits = owner?.pods.some((pod) => pod.status?.phase === 'Pending');
        if (!event && !(waits && world.objects.sees('PersistentVolumeClaim', claim.namespace))) return undefined;
        return clue(
          event ? 0.5 : 0,
          `claim ${claim.name} does not exist`,
          event
            ? citeEvent(event)
            : citeAbsence(`PersistentVolumeClaim ${claim.namespace}/${claim.name}`, 'no such claim'),
        );
      },
    ],
    explains: inWhichClaimsWait,
    summary: ({ claim }) => `Claim ${claim.name}, which the pod mounts, does not exist.`,
    remediation: ({ workload }) => [edit(workload, 'Correct the name of the claim, or create it')],
  }),
];

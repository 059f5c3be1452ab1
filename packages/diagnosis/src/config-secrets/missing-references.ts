// A pod names a Secret, ConfigMap, key or ServiceAccount that does not exist.
import { type Evidence, entity, type KubeObject, type PodSpec, type Remediation } from '@winnow/contracts';
import { type Clue, citeAbsence, citeChange, citeEvent, citeObject, clue } from '../clue.ts';
import { defineMode, type Test } from '../mode.ts';
import { edit, remedy } from '../remedy.ts';
import { waitingOf } from '../world/deaths.ts';
import { isShort } from '../world/health.ts';
import type { Workload } from '../world/workloads.ts';
import type { World } from '../world/world.ts';

type Kind = 'Secret' | 'ConfigMap';

/** What the kubelet says about a reference: waiting containers, failed creations and mounts, newest first. */
function toldMissing(workload: Workload, world: World, kind: Kind): Clue | undefined {
  const word = kind.toLowerCase();
  const pattern = new RegExp(
    `${word}s? "([^"]+)" not found|couldn't find key (\\S+) in ${kind} (\\S+)|references non-existent ${word} key: (\\S+)|${word} "([^"]+)" is forbidden`,
    'i',
  );
  const texts: { text: string; evidence: Evidence }[] = [
    ...workload.containers.flatMap((each) =>
      waitingOf(each).map((one) => ({ text: one.message, evidence: one.evidence })),
    ),
    ...[...world.events.of(workload, 'Failed', 'FailedMount', 'FailedCreatePodContainer')]
      .reverse()
      .filter(() => isWaiting(workload))
      .map((event) => ({ text: event.message, evidence: citeEvent(event) })),
  ];
  const told = texts.find((each) => pattern.test(each.text));
  if (!told) return undefined;
  const [, name, key, holder, mounted] = pattern.exec(told.text) ?? [];
  const what = key ? `key ${key} in ${kind} ${holder}` : mounted ? `key ${mounted}` : `${kind} ${name ?? ''}`;
  return clue(0.5, `the kubelet cannot find ${what}`, told.evidence);
}

function isWaiting(workload: Workload): boolean {
  return (
    workload.pods.length === 0 ||
    workload.pods.some(
      (pod) => pod.status?.phase === 'Pending' || (pod.status?.containerStatuses ?? []).some((each) => !each.ready),
    )
  );
}

interface Reference {
  readonly name: string;
  readonly key: string | undefined;
  readonly path: string;
}

interface Written {
  readonly ref:
    | { readonly name?: string | undefined; readonly key?: string | undefined; readonly optional?: boolean | undefined }
    | undefined;
  readonly path: string;
}

/** Required references of a pod spec, by env, envFrom and volumes. */
function references(spec: PodSpec | undefined, kind: Kind): readonly Reference[] {
  const secret = kind === 'Secret';
  const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  const ofContainers = containers.flatMap((container): Written[] => [
    ...(container.env ?? []).map((each) => ({
      ref: secret ? each.valueFrom?.secretKeyRef : each.valueFrom?.configMapKeyRef,
      path: `env ${each.name}`,
    })),
    ...(container.envFrom ?? []).map((each) => ({ ref: secret ? each.secretRef : each.configMapRef, path: 'envFrom' })),
  ]);
  const ofVolumes = (spec?.volumes ?? []).flatMap((volume): Written[] => {
    const path = `volumes[${volume.name}]`;
    const direct = secret ? { name: volume.secret?.secretName, optional: volume.secret?.optional } : volume.configMap;
    const projected = (volume.projected?.sources ?? []).map((each) => ({
      ref: secret ? each.secret : each.configMap,
      path,
    }));
    return [{ ref: direct && { name: direct.name, optional: direct.optional }, path }, ...projected];
  });
  return [...ofContainers, ...ofVolumes].flatMap(({ ref, path }) =>
    ref?.name && !ref.optional ? [{ name: ref.name, key: ref.key, path }] : [],
  );
}

function lacks(reference: Reference, kind: Kind, workload: Workload, world: World): boolean {
  const object = world.objects.get(kind, workload.namespace, reference.name);
  const keys = object && keysOf(object);
  return (
    !object || (reference.key !== undefined && keys !== undefined && keys.length > 0 && !keys.includes(reference.key))
  );
}

function keysOf(object: KubeObject): readonly string[] | undefined {
  return object.kind === 'Secret' ? object.keys : Object.keys((object as { data?: Record<string, string> }).data ?? {});
}

/** A reference in the spec to an object that is not there, or to a key that it does not hold. */
function seenMissing(workload: Workload, world: World, kind: Kind): Clue | undefined {
  if (!world.objects.sees(kind, workload.namespace)) return undefined;
  for (const reference of references(workload.spec, kind)) {
    const object = world.objects.get(kind, workload.namespace, reference.name);
    const at = citeObject(
      workload.ref,
      `spec.template ${reference.path}`,
      `${kind} ${reference.name}${reference.key ? ` key ${reference.key}` : ''}`,
    );
    const place = `${kind} ${workload.namespace}/${reference.name}`;
    if (!object)
      return clue(0.6, `${kind} ${reference.name} does not exist`, citeAbsence(place, `no such ${kind}`), at);
    const keys = keysOf(object);
    if (reference.key && keys && keys.length > 0 && !keys.includes(reference.key))
      return clue(
        0.6,
        `${kind} ${reference.name} has no key ${reference.key}`,
        citeAbsence(place, `keys: ${keys.join(', ')}`),
        at,
      );
  }
  return undefined;
}

const missing =
  (kind: Kind): Test<Workload> =>
  (workload, world) => {
    const told = toldMissing(workload, world, kind);
    if (told) return told;
    const seen = seenMissing(workload, world, kind);
    return seen && isWaiting(workload) && !startsElsewise(workload) ? seen : undefined;
  };

/** Containers that run have all the references that they need. */
function startsElsewise(workload: Workload): boolean {
  return workload.pods.some((pod) =>
    (pod.status?.containerStatuses ?? []).some((each) => each.state?.running || each.lastState?.terminated),
  );
}

const deletedOrChanged =
  (kind: Kind): Test<Workload> =>
  (workload, world) => {
    const names = new Set(references(workload.spec, kind).map((each) => each.name));
    const change = world.dossier.changes.find(
      (each) =>
        each.entity.kind === kind && each.entity.namespace === workload.namespace && names.has(each.entity.name),
    );
    if (!change) return undefined;
    return clue(0.3, `${kind} ${change.entity.name} was ${change.kind} at ${change.at}`, citeChange(change));
  };

const symptomsOfConfig = [
  'config-error',
  'create-error',
  'mount-failed',
  'pending',
  'not-ready',
  'rollout-stuck',
  'replicas-missing',
  'init-failed',
  'service-no-endpoints',
  'crash-loop',
  'container-failed',
  'job-failed',
] as const;

/** What is there of the name is looked at; where nothing is, it is made from a file, so that no value stands in a command. */
function create(kind: Kind, workload: Workload, world: World): readonly Remediation[] {
  const sees = world.objects.sees(kind, workload.namespace);
  const broken = references(workload.spec, kind).find((each) => lacks(each, kind, workload, world));
  const name = broken?.name;
  if (!sees || !name)
    return [remedy(`See which there are`, `kubectl get ${kind.toLowerCase()}s -n ${workload.namespace}`, 'low')];
  const ref = entity(kind, workload.namespace, name);
  if (world.objects.get(kind, workload.namespace, name))
    return [edit(ref, `Add key ${broken.key ?? ''} to ${kind} ${name}`)];
  const keys = references(workload.spec, kind)
    .filter((each) => each.name === name)
    .flatMap((each) => each.key ?? []);
  const noun = kind === 'Secret' ? 'secret generic' : 'configmap';
  const files = [...new Set(keys)].map((key) => ` --from-file=${key}=./${key}`).join('');
  const command = `kubectl create ${noun} ${name} -n ${workload.namespace}${files || ` --from-env-file=./${name}.env`}`;
  return [remedy(`Create ${kind} ${name} with the keys that the pod needs, each value in a file`, command, 'low')];
}

function missingObject(kind: Kind) {
  return defineMode<Workload>({
    id: kind === 'Secret' ? 'missing-secret' : 'missing-configmap',
    headline: `a ${kind} that it needs, or a key in it, does not exist`,
    over: (world) => world.workloads.all,
    blames: ({ ref }) => ref,
    base: 0.85,
    required: [missing(kind)],
    supporting: [(workload, world) => seenMissing(workload, world, kind), deletedOrChanged(kind)],
    explains: symptomsOfConfig,
    summary: ({ name }) => `The pods of ${name} cannot start because a ${kind} that they reference is missing.`,
    remediation: (workload, world) => [
      ...create(kind, workload, world),
      edit(workload.ref, 'Or correct the reference in the pod template'),
    ],
    neighbours: { [kind === 'Secret' ? 'missing-configmap' : 'missing-secret']: 'The kubelet names the kind.' },
  });
}

export const missingSecret = missingObject('Secret');
export const missingConfigMap = missingObject('ConfigMap');

const accountRefused: Test<Workload> = (workload, world) => {
  const event = world.events
    .of(workload, 'FailedCreate')
    .findLast((each) => /serviceaccount "?[\w.-]+"? not found/i.test(each.message));
  const name = workload.spec?.serviceAccountName;
  const known = name !== undefined && world.objects.get('ServiceAccount', workload.namespace, name) !== undefined;
  const told = /serviceaccount "?([\w.-]+)"? not found/i.exec(event?.message ?? '')?.[1];
  const exists = told !== undefined && world.objects.get('ServiceAccount', workload.namespace, told) !== undefined;
  if (exists || (known && !told)) return undefined;
  const short = workload.desired === undefined ? workload.pods.length === 0 : isShort(workload);
  if (event && short) return clue(0.5, `ServiceAccount ${told} does not exist`, citeEvent(event));
  if (!name || !short || !world.objects.sees('ServiceAccount', workload.namespace) || name === 'default')
    return undefined;
  return clue(
    0.3,
    `ServiceAccount ${name} does not exist`,
    citeAbsence(`ServiceAccount ${workload.namespace}/${name}`, 'no such ServiceAccount'),
    citeObject(
      entity(workload.ref.kind, workload.namespace, workload.name),
      'spec.template.spec.serviceAccountName',
      name,
    ),
  );
};

export const missingServiceAccount = defineMode<Workload>({
  id: 'missing-service-account',
  headline: 'its ServiceAccount does not exist',
  over: (world) => world.workloads.all,
  blames: ({ ref }) => ref,
  base: 0.85,
  required: [accountRefused],
  explains: [
    'create-refused',
    'replicas-missing',
    'rollout-stuck',
    'not-ready',
    'pending',
    'service-no-endpoints',
    'job-failed',
  ],
  summary: ({ name }) => `No pod of ${name} can be created because its ServiceAccount does not exist.`,
  remediation: (workload) => [
    remedy(
      'Create the ServiceAccount',
      `kubectl create serviceaccount ${workload.spec?.serviceAccountName ?? workload.name} -n ${workload.namespace}`,
      'low',
    ),
    edit(workload.ref, 'Or correct serviceAccountName in the pod template'),
  ],
});

// Callers fail because of somebody else: it is down, it answers wrongly, it takes no more connections, it refuses who they are.
import { type EntityRef, entityKey } from '@winnow/contracts';
import { citeChange, citeObject, clue } from '../clue.ts';
import { defineMode, type Mode, type Test } from '../mode.ts';
import { describe, edit, remedy, restart, rollback, target } from '../remedy.ts';
import type { FailedCall } from '../world/calls.ts';
import { hasReadyPod, isUnwell } from '../world/health.ts';
import type { LogKind } from '../world/log-kinds.ts';
import { symptomsAround } from '../world/slowness.ts';
import type { Workload } from '../world/workloads.ts';
import type { World } from '../world/world.ts';

/** A workload (or a host outside) that others complain about. */
export interface Blamed {
  readonly ref: EntityRef;
  readonly workload: Workload | undefined;
  readonly calls: readonly FailedCall[];
}

function blamed(world: World): readonly Blamed[] {
  const groups = new Map<string, FailedCall[]>();
  const refs = new Map<string, Blamed>();
  for (const call of world.calls) {
    const ref = call.target.workload?.ref ?? call.target.service?.ref;
    if (!ref) continue;
    const key = entityKey(ref);
    const calls = groups.get(key) ?? [];
    calls.push(call);
    groups.set(key, calls);
    refs.set(key, { ref, workload: call.target.workload, calls });
  }
  return [...refs.keys()].sort().map((key) => refs.get(key)!);
}

const complainedOf =
  (...kinds: readonly LogKind[]): Test<Blamed> =>
  (one) => {
    const calls = one.calls.filter((each) => each.line.kinds.some((kind) => kinds.includes(kind)));
    const callers = [...new Set(calls.map((each) => each.caller.name))].sort();
    if (!calls[0]) return undefined;
    return clue(
      callers.length > 1 ? 0.2 : 0,
      `${callers.join(', ')} complain${callers.length > 1 ? '' : 's'} about it`,
      ...calls.slice(0, 3).map((each) => each.line.evidence),
    );
  };

const notReady: Test<Blamed> = ({ workload }) =>
  workload && !hasReadyPod(workload)
    ? clue(
        0.4,
        `no pod of ${workload.name} is ready`,
        citeObject(workload.ref, 'status', `${workload.pods.length} pods, none ready`),
      )
    : undefined;

const isReady: Test<Blamed> = ({ workload }) =>
  workload && hasReadyPod(workload) && !isUnwell(workload)
    ? clue(0.5, `${workload.name} is up`, citeObject(workload.ref, 'status', 'all pods ready'))
    : undefined;

const rolledOut: Test<Blamed> = ({ ref }, world) => {
  const change = world
    .changesOf(ref)
    .find((each) => each.diff.length === 0 || each.diff.some((diff) => /image|template|env|config/i.test(diff.path)));
  return change && clue(0.35, `it was changed at ${change.at}: ${change.summary}`, citeChange(change));
};

export const dependencyUnavailable = defineMode<Blamed>({
  id: 'dependency-unavailable',
  headline: 'it cannot be reached by those who need it',
  over: blamed,
  blames: ({ ref }) => ref,
  base: 0.55,
  depth: 2,
  required: [complainedOf('refused', 'timeout', 'unreachable', 'no-host')],
  supporting: [notReady],
  refuting: [isReady],
  summary: ({ ref }) => `${ref.name} is down or does not answer, and its callers fail with it.`,
  remediation: ({ ref }) => [describe(ref, 'Find out why it is down')],
  neighbours: { 'service-selector-mismatch': 'There the pods are ready, and the Service does not lead to them.' },
});

const answersButWrongly: Test<Blamed> = (one) => {
  const call = one.calls.find((each) => each.line.kinds.includes('bad-response'));
  if (!call) return undefined;
  const http = one.calls.find((each) =>
    /\b(?:HTTP[ /\d.]*|status[ =:]*)20\d\b|\b20\d OK\b|content-type/i.test(each.line.text),
  );
  return http ? clue(0.3, 'it answers with success and a body that is wrong', http.line.evidence) : undefined;
};

/** Nobody else says that it is unreachable: the trouble is in what it says, not whether it speaks. */
const alsoUnreachable: Test<Blamed> = (one) => {
  const call = one.calls.find((each) => each.line.kinds.some((kind) => kind === 'refused' || kind === 'no-host'));
  return call && clue(0.5, 'it cannot be reached at all', call.line.evidence);
};

const runsFine: Test<Blamed> = ({ workload }) =>
  workload && hasReadyPod(workload)
    ? clue(0.15, `${workload.name} itself runs and is ready`, citeObject(workload.ref, 'status', 'ready'))
    : undefined;

export const dependencyBadResponse = defineMode<Blamed>({
  id: 'dependency-bad-response',
  headline: 'it answers with data that its callers cannot read',
  over: blamed,
  blames: ({ ref }) => ref,
  base: 0.72,
  required: [complainedOf('bad-response')],
  supporting: [answersButWrongly, rolledOut, runsFine],
  refuting: [alsoUnreachable],
  summary: ({ ref }) => `${ref.name} answers, but its answers are malformed or not what callers expect.`,
  remediation: ({ ref }) => [rollback(ref), describe(ref, 'Compare an answer with what callers expect')],
  neighbours: {
    'application-crash': 'The caller crashes, but on what it was told.',
    'dependency-unavailable': 'There it does not answer at all.',
  },
});

const saysItself: Test<Blamed> = ({ workload }, world) => {
  const line = workload && world.logs.about(workload, 'pool')[0];
  return line && clue(0.4, 'its own log says so', line.evidence);
};

export const connectionPoolExhausted = defineMode<Blamed>({
  id: 'connection-pool-exhausted',
  headline: 'it takes no more connections',
  over: blamed,
  blames: ({ ref }) => ref,
  base: 0.75,
  required: [complainedOf('pool')],
  supporting: [saysItself],
  summary: ({ ref }) => `${ref.name} refuses connections because its connection limit is reached.`,
  remediation: ({ ref }) => [edit(ref, 'Raise the connection limit, or lower the pool sizes of its clients')],
});

export const databaseReadOnly = defineMode<Blamed>({
  id: 'database-read-only',
  headline: 'it refuses writes',
  over: blamed,
  blames: ({ ref }) => ref,
  base: 0.8,
  required: [complainedOf('read-only-db')],
  summary: ({ ref }) => `${ref.name} is read-only, so its clients' writes fail.`,
  remediation: ({ ref }) => [describe(ref, 'Find out why it is read-only: replica, full disk, or an administrator')],
});

/** The client is configured with credentials that the server refuses: the client is what a person would change. */
function refusedClients(world: World): readonly Workload[] {
  return world.workloads.all.filter((each) => world.logs.about(each, 'auth').length > 0);
}

const isRefused: Test<Workload> = (workload, world) => {
  const line = world.logs.about(workload, 'auth').find((each) => !/\b(?:GET|POST|PUT|DELETE|PATCH) \//.test(each.text));
  if (!line) return undefined;
  const server = world.calls.filter((each) => each.target.workload === workload);
  if (server.length > 0 && isServer(line.text)) return undefined;
  return clue(0, `${workload.name} is refused for its credentials`, line.evidence);
};

function isServer(text: string): boolean {
  return /\[\d+\]|^\d{4}-\d\d-\d\d.*(?:FATAL|LOG):/.test(text);
}

const credentialChanged: Test<Workload> = (workload, world) => {
  const change = world.dossier.changes.find(
    (each) => each.entity.kind === 'Secret' && each.entity.namespace === workload.namespace,
  );
  return change && clue(0.2, `Secret ${change.entity.name} was changed at ${change.at}`, citeChange(change));
};

export const invalidCredentials = defineMode<Workload>({
  id: 'invalid-credentials',
  headline: 'it is refused for wrong credentials',
  over: refusedClients,
  blames: ({ ref }) => ref,
  base: 0.72,
  required: [isRefused],
  supporting: [credentialChanged],
  refuting: [
    (workload, world) =>
      isUnwell(workload) || symptomsAround(workload, world).length > 0
        ? undefined
        : clue(0.5, `${workload.name} itself is well`),
  ],
  summary: ({ name }) => `A server refuses the user, password or token of ${name}.`,
  remediation: (workload) => [
    remedy('Compare the Secret with what the server expects', `kubectl get secrets -n ${workload.namespace}`, 'low'),
    restart(workload.ref, 'Restart after the Secret has been corrected'),
  ],
  neighbours: { 'secret-rotation': 'There the Secret was changed, and this workload still holds the former value.' },
});

/** Nothing is wanted of a workload that others need. */
const wantsNone: Test<Workload> = (workload, world) => {
  if (workload.desired !== 0 || workload.pods.some((pod) => pod.status?.phase === 'Running')) return undefined;
  const services = world.services.all.filter((each) => each.selected.includes(workload));
  const needed = [workload.key, ...services.map((each) => each.key)]
    .flatMap((key) => world.graph.neededBy(key))
    .filter((each) => each.type === 'calls' || each.type === 'routes');
  if (
    needed.length === 0 &&
    !world.hasSymptom(workload.ref, 'scaled-to-zero') &&
    !services.some((each) => world.symptomsAt(each.ref).length > 0)
  )
    return undefined;
  return clue(needed.length > 0 ? 0.3 : 0, 'it is scaled to zero', citeObject(workload.ref, 'spec.replicas', '0'));
};

const complaintsAboutIt: Test<Workload> = (workload, world) => {
  const call = world.calls.find((each) => each.target.workload === workload);
  return call && clue(0.4, `${call.caller.name} cannot reach it`, call.line.evidence);
};

export const scaledToZero = defineMode<Workload>({
  id: 'scaled-to-zero',
  headline: 'it is scaled to zero though others need it',
  over: (world) => world.workloads.all,
  blames: ({ ref }) => ref,
  base: 0.75,
  required: [wantsNone],
  supporting: [complaintsAboutIt],
  summary: ({ name }) => `${name} has no replicas wanted, and others depend on it.`,
  remediation: ({ ref }) => [remedy('Scale it up again', `kubectl scale ${target(ref)} --replicas=1`, 'low')],
  neighbours: { 'service-selector-mismatch': 'There pods run, and the selector misses them.' },
});

export const dependencyModes: readonly Mode[] = [
  dependencyUnavailable,
  dependencyBadResponse,
  connectionPoolExhausted,
  databaseReadOnly,
  invalidCredentials,
  scaledToZero,
];

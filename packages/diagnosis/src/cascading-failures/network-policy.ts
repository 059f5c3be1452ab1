// Calls time out, the one called is well, and a NetworkPolicy that selects either end does not let the other through.
import { entity, type KubeObject } from '@winnow/contracts';
import { citeChange, citeObject, clue } from '../clue.ts';
import { defineMode, type Test } from '../mode.ts';
import { edit } from '../remedy.ts';
import type { FailedCall } from '../world/calls.ts';
import { hasReadyPod } from '../world/health.ts';
import { matchesSelector } from '../world/selectors.ts';
import type { Workload } from '../world/workloads.ts';
import type { World } from '../world/world.ts';

type Policy = Extract<KubeObject, { kind: 'NetworkPolicy' }>;
type Peers =
  | readonly {
      readonly podSelector?: Parameters<typeof matchesSelector>[0];
      readonly namespaceSelector?: unknown;
      readonly ipBlock?: unknown;
    }[]
  | undefined;

const refOf = ({ metadata }: Policy) => entity('NetworkPolicy', metadata.namespace, metadata.name);
const labelsOf = (workload: Workload) => workload.pods[0]?.metadata.labels ?? workload.labels;
const selects = (policy: Policy, workload: Workload) =>
  policy.metadata.namespace === workload.namespace && matchesSelector(policy.spec?.podSelector, labelsOf(workload));

const isDirected = (policy: Policy, direction: 'Ingress' | 'Egress') =>
  policy.spec?.policyTypes?.includes(direction) ?? (direction === 'Ingress' || policy.spec?.egress !== undefined);

/** No peers mean everybody; other namespaces and blocks are taken to let through what cannot be judged here. */
function letsThrough(peers: Peers, other: Workload): boolean {
  if (!peers || peers.length === 0) return true;
  return peers.some(
    (peer) => peer.ipBlock || peer.namespaceSelector || matchesSelector(peer.podSelector, labelsOf(other)),
  );
}

function blocks(policy: Policy, caller: Workload, called: Workload): boolean {
  const inward = selects(policy, called) && isDirected(policy, 'Ingress');
  if (inward && !(policy.spec?.ingress ?? []).some((rule) => letsThrough(rule.from, caller))) return true;
  const outward = selects(policy, caller) && isDirected(policy, 'Egress');
  return outward && !(policy.spec?.egress ?? []).some((rule) => letsThrough(rule.to, called));
}

function blockedCall(policy: Policy, world: World): FailedCall | undefined {
  return world.calls.find(
    ({ caller, target, line }) =>
      target.workload !== undefined &&
      line.kinds.some((kind) => kind === 'timeout' || kind === 'unreachable' || kind === 'refused') &&
      blocks(policy, caller, target.workload) &&
      !allowedByAnother(policy, caller, target.workload, world),
  );
}

/** Policies add up: what one lets through is let through. */
function allowedByAnother(policy: Policy, caller: Workload, called: Workload, world: World): boolean {
  return world.objects
    .all('NetworkPolicy', called.namespace)
    .some(
      (other) =>
        other !== policy &&
        selects(other, called) &&
        isDirected(other, 'Ingress') &&
        (other.spec?.ingress ?? []).some((rule) => letsThrough(rule.from, caller)),
    );
}

const keepsOut: Test<Policy> = (policy, world) => {
  const call = blockedCall(policy, world);
  if (!call) return undefined;
  return clue(
    0,
    `${call.caller.name} cannot reach ${call.target.workload?.name}, and the policy does not allow it`,
    call.line.evidence,
    citeObject(refOf(policy), 'spec', JSON.stringify(policy.spec)),
  );
};

const calledIsWell: Test<Policy> = (policy, world) => {
  const called = blockedCall(policy, world)?.target.workload;
  return called && hasReadyPod(called)
    ? clue(0.35, `${called.name} itself is ready`, citeObject(called.ref, 'status', 'ready'))
    : undefined;
};

const isNew: Test<Policy> = (policy, world) => {
  const change = world.changesOf(refOf(policy))[0];
  return change && clue(0.4, `the policy was ${change.kind} at ${change.at}`, citeChange(change));
};

const calledIsDown: Test<Policy> = (policy, world) => {
  const called = blockedCall(policy, world)?.target.workload;
  return called && !hasReadyPod(called)
    ? clue(0.6, `${called.name} is not ready anyway`, citeObject(called.ref, 'status', 'not ready'))
    : undefined;
};

export const networkPolicyBlocked = defineMode<Policy>({
  id: 'network-policy-blocked',
  headline: 'it keeps out traffic that is needed',
  over: (world) => world.objects.all('NetworkPolicy'),
  blames: refOf,
  base: 0.65,
  required: [keepsOut],
  supporting: [calledIsWell, isNew],
  refuting: [calledIsDown],
  summary: ({ metadata }) => `NetworkPolicy ${metadata.name} does not allow a call that a workload needs.`,
  remediation: (policy) => [edit(refOf(policy), 'Allow the caller in spec.ingress (or spec.egress)')],
  neighbours: {
    'dependency-unavailable': 'There the one that is called is not ready.',
    'service-selector-mismatch': 'There nobody is behind the Service.',
  },
});

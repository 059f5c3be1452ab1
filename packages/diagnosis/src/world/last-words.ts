// The end of a container, and what it said before: what all modes of a crash look at.
import { citeChange, clue, placeOf } from '../clue.ts';
import type { Test } from '../mode.ts';
import { outward } from './calls.ts';
import { deathsOf } from './deaths.ts';
import type { LogKind } from './log-kinds.ts';
import type { ContainerView } from './workloads.ts';
import type { World } from './world.ts';

type ContainerTest = Test<ContainerView>;

/** It ended with an error that was not forced on it from outside. */
export const ended: ContainerTest = (container) => {
  const death = deathsOf(container).find((each) => each.exitCode !== 0 && each.reason !== 'OOMKilled');
  return death && clue(0, `container ${container.name} ends with exit code ${death.exitCode ?? '?'}`, death.evidence);
};

/** The lines before the end count most. */
const LAST = 30;

export function lastComplaints(container: ContainerView, world: World, kinds: readonly LogKind[]) {
  return world.logs
    .about(container.workload, ...kinds)
    .filter((each) => each.container === container.name && each.fromEnd <= LAST);
}

export const complains =
  (weight: number, says: string, ...kinds: readonly LogKind[]): ContainerTest =>
  (container, world) => {
    const line = lastComplaints(container, world, kinds)[0];
    return line && clue(weight, says, line.evidence);
  };

/** Its last words are about somebody else. */
export const blamesOthers: ContainerTest = (container, world) => {
  const call = world.calls.find(
    (each) => each.caller === container.workload && each.line.container === container.name && each.line.fromEnd <= LAST,
  );
  if (call) {
    const other = call.target.service?.ref ?? call.target.workload?.ref;
    return clue(0.75, `its log blames ${other ? placeOf(other) : call.target.host}`, call.line.evidence);
  }
  const line = lastComplaints(
    container,
    world,
    outward.filter((kind) => kind !== 'bad-response'),
  )[0];
  return line && clue(0.55, 'its log blames somebody else', line.evidence);
};

export const rolledOut: ContainerTest = ({ workload }, world) => {
  const change = world
    .changesOf(workload.ref)
    .find((each) => each.diff.some((diff) => /image|template/i.test(diff.path)));
  return change && clue(0.2, `it was changed at ${change.at}`, citeChange(change));
};

export const inWhichItCrashes = [
  'crash-loop',
  'container-failed',
  'not-ready',
  'rollout-stuck',
  'replicas-missing',
  'service-no-endpoints',
  'request-errors',
  'target-down',
  'traffic-lost',
  'readiness-failed',
  'liveness-failed',
  'init-failed',
  'create-error',
  'job-failed',
] as const;

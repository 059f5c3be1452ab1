// Killed for memory: is the limit too small for what the container needs, or does it keep ever more?
import { type Clue, citeEvent, citeSignal, clue } from '../clue.ts';
import { defineMode, type Test } from '../mode.ts';
import { edit, readLog, remedy, rollback, target } from '../remedy.ts';
import { deathsOf } from '../world/deaths.ts';
import { growthInLogs, growthInMetrics, knownNeed, limitEvidence, memoryLimit } from '../world/memory.ts';
import { showBytes } from '../world/quantity.ts';
import type { ContainerView } from '../world/workloads.ts';
import type { World } from '../world/world.ts';

type ContainerTest = Test<ContainerView>;

const killedForMemory: ContainerTest = (container, world) => {
  const deaths = deathsOf(container).filter((each) => each.reason === 'OOMKilled');
  if (deaths[0])
    return clue(0, `container ${container.name} was OOMKilled`, deaths[0].evidence, limitEvidence(container));
  return toldByEvent(container, world) ?? toldByLog(container, world) ?? toldBySignal(container, world);
};

/** Some kills are told by events alone: one so early that the container never came to be, or the kernel's word at the node. */
function toldByEvent(container: ContainerView, world: World): Clue | undefined {
  const event = world.events
    .of(container.workload)
    .findLast((each) => oomWords.test(each.message) || /^(?:OOMKill(?:ed|ing)|SystemOOM)$/.test(each.reason));
  if (!event || smallestLimit(container) !== container) return undefined;
  return clue(
    /memory limit too low|init was OOM/i.test(event.message) ? 0.6 : 0,
    'it is killed for memory',
    citeEvent(event),
    limitEvidence(container),
  );
}
const oomWords = /oom-?kill|memory limit too low/i;

function smallestLimit({ workload }: ContainerView): ContainerView | undefined {
  const limits = workload.containers.filter((each) => memoryLimit(each) !== undefined);
  return limits.sort((a, b) => memoryLimit(a)! - memoryLimit(b)!)[0] ?? workload.containers.find((each) => !each.init);
}

function toldByLog(container: ContainerView, world: World): Clue | undefined {
  const line = world.logs.about(container.workload, 'oom').find((each) => each.container === container.name);
  const died = deathsOf(container).some((each) => each.exitCode !== 0);
  if (!line || !died) return undefined;
  return clue(
    0,
    `container ${container.name} ran out of memory by its own word`,
    line.evidence,
    limitEvidence(container),
  );
}

function toldBySignal(container: ContainerView, world: World): Clue | undefined {
  const { workload } = container;
  const signal = world.hasSymptom(workload.ref, 'oom-killed');
  const main = workload.containers.find((each) => !each.init && memoryLimit(each) !== undefined);
  if (!signal || main !== container) return undefined;
  return clue(0, 'it was reported as OOMKilled', citeSignal('alert', signal));
}

/** A known size that does not fit explains the kill, whatever the curve looks like on the way there. */
const needDoesNotFit: ContainerTest = (container, world) => {
  const limit = memoryLimit(container);
  const need = knownNeed(container, world);
  if (limit === undefined || !need || need.bytes < 0.9 * limit || need.bytes > 1000 * limit) return undefined;
  return clue(
    0.85,
    `${showBytes(need.bytes)} are to be held in memory and the limit is ${showBytes(limit)}`,
    need.evidence,
    limitEvidence(container),
  );
};

const rampsUp: ContainerTest = (container, world) => {
  const growth = growthInMetrics(container, world);
  if (growth?.shape !== 'ramp') return undefined;
  return clue(0.75, `memory climbs steadily until the limit, over ${growth.lives} lives`, growth.evidence);
};

const stepsUp: ContainerTest = (container, world) => {
  const growth = growthInMetrics(container, world);
  if (growth?.shape !== 'step') return undefined;
  return clue(0.55, 'memory stands at the limit almost at once', growth.evidence);
};

const bursts: ContainerTest = (container, world) => {
  const growth = growthInMetrics(container, world);
  if (growth?.shape !== 'burst') return undefined;
  return clue(0.5, 'memory is level far below the limit until something needs much at once', growth.evidence);
};

const keepsMore: ContainerTest = (container, world) => {
  const grown = growthInLogs(container, world);
  return grown && clue(0.7, 'what the process keeps only grows over its life', grown);
};

const saysLeak: ContainerTest = (container, world) => {
  const line = world.logs.about(container.workload, 'leak')[0];
  return line && clue(0.5, 'its log speaks of a leak', line.evidence);
};

const AT_ONCE_SECONDS = 6;
const A_WHILE_SECONDS = 10;
const LONG_SECONDS = 90;

const diesAtOnce: ContainerTest = (container) => {
  const death = deathsOf(container).find((each) => each.reason === 'OOMKilled' && each.lived !== undefined);
  if (!death || death.lived! > AT_ONCE_SECONDS) return undefined;
  return clue(0.55, `it was killed ${death.lived} s after its start`, death.evidence);
};

/** What never came to run cannot have leaked. */
const neverRan: ContainerTest = (container, world) => {
  const found = toldByEvent(container, world);
  return found && found.weight > 0 ? { ...found, weight: 0.8 } : undefined;
};

/** Where nothing tells, time does: what a start needs is needed within seconds, what is kept takes a while, each time. */
const livesLong: ContainerTest = (container, world) => {
  const shape = growthInMetrics(container, world)?.shape;
  if (shape === 'step' || shape === 'burst') return undefined;
  const death = deathsOf(container).find((each) => each.reason === 'OOMKilled' && (each.lived ?? 0) >= A_WHILE_SECONDS);
  const restarts = death?.run.status.restartCount ?? 0;
  if (!death || restarts < 2 || (death.lived! < LONG_SECONDS && restarts < 3)) return undefined;
  return clue(
    death.lived! < LONG_SECONDS ? 0.22 : 0.3,
    `it ran ${death.lived} s before it was killed, and again and again`,
    death.evidence,
  );
};

/** Growth that has a known end beyond the limit is loading, not leaking. */
const growsToKnownEnd = needDoesNotFit;

const isNotNamed = (container: ContainerView) => container.workload.ref;
const remedyFor = (container: ContainerView) => {
  const limit = memoryLimit(container);
  const more = limit ? showBytes(limit * 2) : '512Mi';
  return remedy(
    'Raise the memory limit to what the container needs',
    `kubectl set resources ${target(container.workload.ref)} -c ${container.name} --limits=memory=${more}`,
    'medium',
  );
};

export const oomKilled = defineMode<ContainerView>({
  id: 'oom-killed',
  headline: 'its memory limit is too small for what it needs',
  over: (world) => world.containers,
  blames: isNotNamed,
  base: 0.62,
  required: [killedForMemory],
  supporting: [needDoesNotFit, stepsUp, bursts, diesAtOnce],
  refuting: [
    (container, world) => (needDoesNotFit(container, world) ? undefined : rampsUp(container, world)),
    (container, world) => (needDoesNotFit(container, world) ? undefined : keepsMore(container, world)),
    saysLeak,
    livesLong,
  ],
  explains: [
    'oom-killed',
    'crash-loop',
    'container-failed',
    'memory-high',
    'not-ready',
    'replicas-missing',
    'rollout-stuck',
    'init-failed',
    'readiness-failed',
    'liveness-failed',
    'service-no-endpoints',
    'job-failed',
  ],
  summary: ({ name }) => `Container ${name} needs more memory than its limit allows and is killed.`,
  remediation: (container) => [remedyFor(container)],
  neighbours: {
    'memory-leak': 'A small limit is hit at once or by a known size; a leak climbs over the whole life and repeats.',
  },
});

export const memoryLeak = defineMode<ContainerView>({
  id: 'memory-leak',
  headline: 'it leaks memory until the limit kills it',
  over: (world) => world.containers,
  blames: isNotNamed,
  base: 0.4,
  required: [killedForMemory],
  supporting: [rampsUp, keepsMore, saysLeak, livesLong],
  refuting: [growsToKnownEnd, stepsUp, bursts, diesAtOnce, neverRan],
  explains: [
    'oom-killed',
    'crash-loop',
    'container-failed',
    'memory-high',
    'not-ready',
    'replicas-missing',
    'rollout-stuck',
    'readiness-failed',
    'liveness-failed',
    'service-no-endpoints',
  ],
  summary: ({ name }) =>
    `Memory of container ${name} grows over its life until it is killed, and again after each restart.`,
  remediation: (container) => [
    readLog(
      container.workload.ref,
      'Find what is kept: take a heap profile before the kill',
      `-c ${container.name} --previous`,
    ),
    rollback(container.workload.ref),
    edit(container.workload.ref, 'Raise the limit to gain time only: a leak fills any limit'),
  ],
  neighbours: {
    'oom-killed':
      'A leak starts far below the limit each time and climbs; a small limit is exceeded by the normal working set.',
  },
});

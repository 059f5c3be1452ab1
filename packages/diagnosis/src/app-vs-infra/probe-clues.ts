// Facts about a failing probe and the life of the container that it asks: what all modes of a failed probe look at.
import type { EventItem } from '@winnow/contracts';
import { citeEvent, citeObject, clue, sameEntity } from '../clue.ts';
import type { Test } from '../mode.ts';
import { type Death, deathsOf } from '../world/deaths.ts';
import { announcedPorts } from '../world/ports.ts';
import { type Failure, openPorts, type ProbeKind, probeFailures, probeOf } from '../world/probes.ts';
import type { ContainerView } from '../world/workloads.ts';
import type { World } from '../world/world.ts';

export type ContainerTest = Test<ContainerView>;
export type Kinds = readonly ProbeKind[];

/** The first kind of these whose probe fails in one of these ways, with harm that is still to be seen. */
export function failing(container: ContainerView, world: World, kinds: Kinds, ways: readonly Failure[]) {
  for (const kind of kinds) {
    if (!harmed(container, kind)) continue;
    const found = probeFailures(container, kind, world).filter((each) => ways.includes(each.failure));
    const view = probeOf(container, kind);
    if (found.length > 0 && view) return { kind, view, last: found.at(-1)! };
  }
  return undefined;
}

/** A probe that failed while the container started, and passes since, was no fault. */
function harmed(container: ContainerView, kind: ProbeKind): boolean {
  if (container.runs.length === 0) return true;
  const restarted = container.runs.some((run) => (run.status.restartCount ?? 0) > 0);
  const unready = container.runs.some((run) => run.status.ready === false || run.status.started === false);
  return kind === 'readiness' ? unready : restarted || unready;
}

export const fails =
  (kinds: Kinds, ...ways: readonly Failure[]): ContainerTest =>
  (container, world) => {
    const found = failing(container, world, kinds, ways);
    return found && clue(0, `its ${found.kind} probe fails`, citeEvent(found.last.event));
  };

export const probeEvidence = (container: ContainerView, kind: ProbeKind, quote: string) =>
  citeObject(container.workload.ref, `containers[${container.name}].${kind}Probe`, quote);

/** Nothing listens on the probed port, while the container is known to listen elsewhere. */
export const asksDeadPort =
  (kinds: Kinds): ContainerTest =>
  (container, world) => {
    const found = failing(container, world, kinds, ['refused', 'timeout', 'other', 'exec']);
    const { port, portName } = found?.view ?? {};
    if (!found || (port === undefined && portName === undefined)) return undefined;
    const announced = announcedPorts(container, world);
    // A port that is declared and refuses is not open where the container itself names another one.
    const open = found.last.failure === 'refused' && announced.length > 0 ? announced : openPorts(container, world);
    if (open.length === 0 || open.some((each) => each.number === port)) return undefined;
    const where = [...new Set(open.map((each) => each.number))].join(', ');
    return clue(
      0.5,
      `the probe asks port ${port ?? portName}, the container listens on ${where}`,
      probeEvidence(container, found.kind, `port ${port ?? portName}`),
      open[0]!.evidence,
    );
  };

export const endsByItself: ContainerTest = (container) => {
  const death = deathsOf(container).find(
    (each) => each.exitCode !== undefined && ![0, 137, 143, 2].includes(each.exitCode),
  );
  return death && clue(0.5, `the container ends by itself with exit code ${death.exitCode}`, death.evidence);
};

export const oomKilled: ContainerTest = (container) => {
  const death = deathsOf(container).find((each) => each.reason === 'OOMKilled');
  return death && clue(0.8, 'it was killed for memory, not by its probe', death.evidence);
};

/** Seconds from the container's start until the probe gives up. */
export function patience(container: ContainerView, kind: ProbeKind): number {
  const probe = probeOf(container, kind)?.probe;
  return (probe?.initialDelaySeconds ?? 0) + (probe?.periodSeconds ?? 10) * (probe?.failureThreshold ?? 3);
}

interface Life {
  readonly death: Death;
  /** Seconds after its start at which a probe that never passed would have ended it, at the latest. */
  readonly latest: number;
  readonly earliest: number;
}

/** The container's last life against its liveness probe's patience. */
function lifeOf(container: ContainerView): Life | undefined {
  const death = deathsOf(container).find((each) => each.lived !== undefined && each.reason !== 'OOMKilled');
  const probe = probeOf(container, 'liveness')?.probe;
  if (!death || !probe) return undefined;
  const limit = patience(container, 'liveness');
  const grace = death.exitCode === 137 ? (container.workload.spec?.terminationGracePeriodSeconds ?? 30) : 3;
  const slack = 2 * (probe.periodSeconds ?? 10) + (probe.timeoutSeconds ?? 1) + 2;
  return { death, latest: limit + grace + slack, earliest: limit - (probe.periodSeconds ?? 10) - 2 };
}

/** It ended when a probe that never passed would have ended it: it was still starting. */
export const stillStarting: ContainerTest = (container, world) => {
  const life = lifeOf(container);
  const lived = life?.death.lived ?? 0;
  if (!life || lived < life.earliest || lived > life.latest || announcedPorts(container, world).length > 0)
    return undefined;
  if (passedFor(container, world)) return undefined;
  return clue(
    0.45,
    `each life ends after ${lived} s, when the probe gives up, before it says that it is up`,
    life.death.evidence,
  );
};

/** Seconds from a start to the first failure of the liveness probe, where that is later than a probe that never passed would have failed. */
function passedFor(container: ContainerView, world: World): { seconds: number; event: EventItem } | undefined {
  const probe = probeOf(container, 'liveness')?.probe;
  if (!probe) return undefined;
  const first = (probe.initialDelaySeconds ?? 0) + 2 * (probe.periodSeconds ?? 10) + (probe.timeoutSeconds ?? 1) + 1;
  const starts = world.events
    .of(container.workload, 'Started')
    .filter((each) => each.container === container.name || each.message.endsWith(` ${container.name}`));
  for (const { event } of probeFailures(container, 'liveness', world)) {
    const start = starts.find((each) => sameEntity(each.regarding, event.regarding));
    const seconds = (Date.parse(event.firstAt ?? '') - Date.parse(start?.firstAt ?? '')) / 1000;
    if (seconds > first) return { seconds: Math.round(seconds), event };
  }
  return undefined;
}

/** It lived longer than a probe that never passed allows, or its first failure came late: so the probe passed at first. */
export const outlivedProbe: ContainerTest = (container, world) => {
  const passed = passedFor(container, world);
  if (passed)
    return clue(0.4, `its probe passed for ${passed.seconds} s before it first failed`, citeEvent(passed.event));
  const life = lifeOf(container);
  if (!life || life.death.lived! <= life.latest) return undefined;
  return clue(0.4, `it ran ${life.death.lived} s, longer than a probe that never passed allows`, life.death.evidence);
};

export const saysBlocked: ContainerTest = (container, world) => {
  const line = world.logs.about(container.workload, 'blocked').find((each) => each.container === container.name);
  return line && clue(0.45, 'its last words tell of a blocked thread', line.evidence);
};

export const explainsProbe = (kinds: Kinds) =>
  kinds.includes('liveness')
    ? ([
        'liveness-failed',
        'crash-loop',
        'container-failed',
        'not-ready',
        'startup-failed',
        'readiness-failed',
        'rollout-stuck',
        'replicas-missing',
        'service-no-endpoints',
        'other',
        'target-down',
      ] as const)
    : ([
        'readiness-failed',
        'startup-failed',
        'not-ready',
        'rollout-stuck',
        'replicas-missing',
        'service-no-endpoints',
        'target-down',
        'crash-loop',
      ] as const);

// A probe fails: it asks the wrong port, speaks the wrong protocol, or is too tight; or the application hangs.
import type { FailureModeId } from '@winnow/contracts';
import { type Clue, citeChange, citeEvent, citeLog, citeObject, clue } from '../clue.ts';
import { defineMode, type Mode, type Test } from '../mode.ts';
import { edit, readLog, rollback } from '../remedy.ts';
import { type Death, deathsOf } from '../world/deaths.ts';
import { announcedPorts } from '../world/ports.ts';
import { type Failure, openPorts, type ProbeKind, probeFailures, probeOf } from '../world/probes.ts';
import type { ContainerView } from '../world/workloads.ts';
import type { World } from '../world/world.ts';

type ContainerTest = Test<ContainerView>;
type Kinds = readonly ProbeKind[];

/** The first kind of these whose probe fails in one of these ways, with harm that is still to be seen. */
function failing(container: ContainerView, world: World, kinds: Kinds, ways: readonly Failure[]) {
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

const fails =
  (kinds: Kinds, ...ways: readonly Failure[]): ContainerTest =>
  (container, world) => {
    const found = failing(container, world, kinds, ways);
    return found && clue(0, `its ${found.kind} probe fails`, citeEvent(found.last.event));
  };

const probeEvidence = (container: ContainerView, kind: ProbeKind, quote: string) =>
  citeObject(container.workload.ref, `containers[${container.name}].${kind}Probe`, quote);

/** Nothing listens on the probed port, while the container is known to listen elsewhere. */
const asksDeadPort =
  (kinds: Kinds): ContainerTest =>
  (container, world) => {
    const found = failing(container, world, kinds, ['refused', 'timeout', 'other', 'exec']);
    const { port, portName } = found?.view ?? {};
    if (!found || (port === undefined && portName === undefined)) return undefined;
    const open = openPorts(container, world);
    if (open.length === 0 || open.some((each) => each.number === port)) return undefined;
    const where = [...new Set(open.map((each) => each.number))].join(', ');
    return clue(
      0.5,
      `the probe asks port ${port ?? portName}, the container listens on ${where}`,
      probeEvidence(container, found.kind, `port ${port ?? portName}`),
      open[0]!.evidence,
    );
  };

const otherProbeWorks =
  (kinds: Kinds): ContainerTest =>
  (container) => {
    const mine = kinds.flatMap((kind) => probeOf(container, kind) ?? [])[0];
    const other = (['liveness', 'readiness', 'startup'] as const)
      .filter((kind) => !kinds.includes(kind))
      .flatMap((kind) => probeOf(container, kind) ?? [])[0];
    if (!mine?.port || !other?.port || mine.port === other.port) return undefined;
    return clue(
      0.3,
      `its ${other.kind} probe asks port ${other.port}`,
      probeEvidence(container, other.kind, `port ${other.port}`),
    );
  };

const portIsOpen =
  (kinds: Kinds): ContainerTest =>
  (container, world) => {
    const port = kinds.flatMap((kind) => probeOf(container, kind)?.port ?? [])[0];
    const open = announcedPorts(container, world).find((each) => each.number === port);
    return open && clue(0.6, `the container says that it listens on ${port}`, open.evidence);
  };

const endsByItself: ContainerTest = (container) => {
  const death = deathsOf(container).find(
    (each) => each.exitCode !== undefined && ![0, 137, 143, 2].includes(each.exitCode),
  );
  return death && clue(0.5, `the container ends by itself with exit code ${death.exitCode}`, death.evidence);
};

const oomKilled: ContainerTest = (container) => {
  const death = deathsOf(container).find((each) => each.reason === 'OOMKilled');
  return death && clue(0.8, 'it was killed for memory, not by its probe', death.evidence);
};

const wrongAnswer =
  (kinds: Kinds): ContainerTest =>
  (container, world) => {
    const found = failing(container, world, kinds, ['status', 'protocol', 'exec']);
    if (!found) return undefined;
    const text = found.last.event.message;
    const code = Number(/statuscode: ?(\d{3})|status code:? ?(\d{3})/i.exec(text)?.slice(1).find(Boolean));
    const weight =
      found.last.failure === 'status' && code >= 500
        ? -1
        : [404, 405, 400, 401, 403, 301, 302, 415, 426].includes(code)
          ? 0.5
          : 0.4;
    if (weight < 0) return undefined;
    return clue(
      weight,
      `the application answers, but not what the ${found.kind} probe asks for`,
      citeEvent(found.last.event),
      probeEvidence(
        container,
        found.kind,
        JSON.stringify(found.view.probe.httpGet ?? found.view.probe.grpc ?? found.view.probe.exec ?? {}),
      ),
    );
  };

/** Another handler on the same port: one of the two must be wrong. */
const handlerDiffers =
  (kinds: Kinds): ContainerTest =>
  (container, world) => {
    const mine = failing(container, world, kinds, ['refused', 'timeout', 'status', 'protocol', 'exec', 'other'])?.view;
    const others = (['liveness', 'readiness', 'startup'] as const)
      .filter((kind) => kind !== mine?.kind)
      .flatMap((kind) => probeOf(container, kind) ?? []);
    const other = others.find(
      (each) =>
        each.handler !== mine?.handler &&
        each.port === mine?.port &&
        probeFailures(container, each.kind, world).length === 0,
    );
    return (
      mine &&
      other &&
      clue(
        0.4,
        `its ${other.kind} probe works with ${other.handler} where this one uses ${mine.handler}`,
        probeEvidence(container, other.kind, other.handler),
      )
    );
  };

/** Seconds from the container's start until the probe gives up. */
function patience(container: ContainerView, kind: ProbeKind): number {
  const probe = probeOf(container, kind)?.probe;
  return (probe?.initialDelaySeconds ?? 0) + (probe?.periodSeconds ?? 10) * (probe?.failureThreshold ?? 3);
}

const tooTight =
  (kinds: Kinds): ContainerTest =>
  (container, world) => {
    const found = failing(container, world, kinds, ['refused', 'timeout', 'other', 'status', 'exec']);
    if (!found) return undefined;
    const { probe, kind } = found.view;
    const [delay, period, timeout, threshold] = [
      probe.initialDelaySeconds ?? 0,
      probe.periodSeconds ?? 10,
      probe.timeoutSeconds ?? 1,
      probe.failureThreshold ?? 3,
    ];
    const total = patience(container, kind);
    const quote = `delay ${delay} s, period ${period} s, timeout ${timeout} s, threshold ${threshold}`;
    const tight = total <= 12 || (threshold === 1 && delay < 15) || period <= 1;
    return clue(
      tight ? 0.3 : 0,
      `the probe gives up ${total} s after the start (${quote})`,
      probeEvidence(container, kind, quote),
    );
  };

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
const stillStarting: ContainerTest = (container, world) => {
  const life = lifeOf(container);
  const lived = life?.death.lived ?? 0;
  if (!life || lived < life.earliest || lived > life.latest || announcedPorts(container, world).length > 0)
    return undefined;
  return clue(
    0.45,
    `each life ends after ${lived} s, when the probe gives up, before it says that it is up`,
    life.death.evidence,
  );
};

/** It lived longer than a probe that never passed allows: so the probe passed at first. */
const outlivedProbe: ContainerTest = (container) => {
  const life = lifeOf(container);
  if (!life || life.death.lived! <= life.latest) return undefined;
  return clue(0.4, `it ran ${life.death.lived} s, longer than a probe that never passed allows`, life.death.evidence);
};

const slowStart: ContainerTest = (container, world) => {
  for (const excerpt of world.logs.excerpts(container.workload, container.name)) {
    const line = excerpt.lines
      .slice(-40)
      .find((each) =>
        /(?:start(?:ing|up)|warm(?:ing|up)|migrat|loading|initiali[sz]ing|building index|booting).{0,80}(?:\d+ ?%|\d+ ?s(?:ec|econds)?\b|slow|takes|eta|remaining|\d+\/\d+)/i.test(
          each,
        ),
      );
    if (line) return clue(0.3, 'its log shows a long start', citeLog(excerpt, line));
  }
  return undefined;
};

/** It did answer this very probe before, or it was ready: the probe itself is right. */
const answeredBefore: ContainerTest = (container, world) => {
  const path = (probeOf(container, 'liveness') ?? probeOf(container, 'readiness'))?.probe.httpGet?.path;
  for (const excerpt of world.logs.excerpts(container.workload, container.name)) {
    const line = path && excerpt.lines.find((each) => each.includes(path) && /\b20\d\b/.test(each));
    if (line) return clue(0.4, 'it answered the probe before', citeLog(excerpt, line));
  }
  const ready = container.runs.find((run) => run.status.ready && (run.status.restartCount ?? 0) > 0);
  return ready && clue(0.2, 'it is ready between its restarts');
};

const saysBlocked: ContainerTest = (container, world) => {
  const line = world.logs.about(container.workload, 'blocked').find((each) => each.container === container.name);
  return line && clue(0.45, 'its last words tell of a blocked thread', line.evidence);
};

const ignoredTerm: ContainerTest = (container) => {
  const death = deathsOf(container).find((each) => each.exitCode === 137 && each.reason !== 'OOMKilled');
  return death && clue(0.25, 'it did not end when it was asked to, and was killed', death.evidence);
};

const timesOut: ContainerTest = (container, world) => {
  const found = failing(container, world, ['liveness', 'readiness'], ['timeout']);
  return found && clue(0, `its ${found.kind} probe gets no answer in time`, citeEvent(found.last.event));
};

const explainsProbe = (kinds: Kinds) =>
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

function probeModes(flavor: 'liveness' | 'readiness', kinds: Kinds): readonly Mode[] {
  const [port, protocol, timing] = ['wrong-port', 'wrong-protocol', 'timing'].map(
    (each) => `${flavor}-probe-${each}` as FailureModeId,
  ) as [FailureModeId, FailureModeId, FailureModeId];
  const shared = {
    over: (world: World) => world.containers.filter((each) => !each.init),
    blames: ({ workload }: ContainerView) => workload.ref,
    explains: explainsProbe(kinds),
  };
  const effect =
    flavor === 'liveness' ? 'the kubelet restarts the container again and again' : 'the pod takes no traffic';
  const fix = ({ workload }: ContainerView) => [
    edit(workload.ref, `Correct the ${flavor} probe in the pod template`),
    rollback(workload.ref),
  ];
  return [
    defineMode<ContainerView>({
      ...shared,
      id: port,
      headline: `its ${flavor} probe asks a port on which nothing listens`,
      base: 0.65,
      required: [asksDeadPort(kinds)],
      supporting: [fails(kinds, 'refused') as ContainerTest, otherProbeWorks(kinds), probeChanged(flavor)],
      refuting: [portIsOpen(kinds), endsByItself, oomKilled],
      summary: ({ name }) => `The ${flavor} probe of container ${name} asks the wrong port, so ${effect}.`,
      remediation: fix,
      neighbours: {
        [protocol]: 'There something answers on the port.',
        [timing]: 'There the port is right, and the probe gives up too early.',
      },
    }),
    defineMode<ContainerView>({
      ...shared,
      id: protocol,
      headline: `its ${flavor} probe asks for what the application does not serve`,
      base: 0.55,
      required: [
        (container, world) => wrongAnswer(kinds)(container, world) ?? strong(handlerDiffers(kinds)(container, world)),
      ],
      supporting: [handlerDiffers(kinds), probeChanged(flavor)],
      refuting: [asksDeadPort(kinds), endsByItself, oomKilled],
      summary: ({ name }) =>
        `The ${flavor} probe of container ${name} uses a handler or path that the application does not serve, so ${effect}.`,
      remediation: fix,
      neighbours: { [port]: 'There nothing listens on the port.' },
    }),
    defineMode<ContainerView>({
      ...shared,
      id: timing,
      headline: `its ${flavor} probe is too tight`,
      base: 0.4,
      required: [fails(kinds, 'refused', 'timeout', 'other', 'status', 'exec'), tooTight(kinds)],
      supporting: [tooTight(kinds), ...(flavor === 'liveness' ? [stillStarting] : []), slowStart, probeChanged(flavor)],
      refuting: [asksDeadPort(kinds), saysBlocked, answersWrongly(kinds), outlivedProbe, endsByItself, oomKilled],
      summary: ({ name }) =>
        `The ${flavor} probe of container ${name} gives up before the application can answer, so ${effect}.`,
      remediation: ({ workload }) => [
        edit(workload.ref, `Give the ${flavor} probe more time (or add a startup probe)`),
        rollback(workload.ref),
      ],
      neighbours: { 'application-hang': 'A hung application answered before; one that is still starting did not.' },
    }),
  ];
}

const strong = (found: Clue | undefined) => (found && found.weight >= 0.4 ? found : undefined);
const answersWrongly =
  (kinds: Kinds): ContainerTest =>
  (container, world) => {
    const found = wrongAnswer(kinds)(container, world);
    return found && { ...found, weight: 0.6 };
  };

const probeChanged =
  (flavor: 'liveness' | 'readiness'): ContainerTest =>
  (container, world) => {
    const pattern = new RegExp(`${flavor}Probe`, 'i');
    const change = world
      .changesOf(container.workload.ref)
      .find((each) => each.diff.some((diff) => pattern.test(diff.path)));
    const diff = change?.diff.find((each) => pattern.test(each.path));
    return change && diff && clue(0.4, `${diff.path} was changed at ${change.at}`, citeChange(change, diff));
  };

const applicationHang = defineMode<ContainerView>({
  id: 'application-hang',
  headline: 'it stops answering after a while',
  over: (world) => world.containers.filter((each) => !each.init),
  blames: ({ workload }) => workload.ref,
  base: 0.5,
  required: [timesOut],
  supporting: [answeredBefore, outlivedProbe, saysBlocked, ignoredTerm],
  refuting: [
    asksDeadPort(['liveness', 'readiness']),
    endsByItself,
    oomKilled,
    (container, world) =>
      answeredBefore(container, world) || saysBlocked(container, world) ? undefined : stillStarting(container, world),
  ],
  explains: explainsProbe(['liveness']),
  summary: ({ name }) => `Container ${name} answers for a while and then hangs, so its probes time out.`,
  remediation: ({ workload, name }) => [
    readLog(
      workload.ref,
      'Take a thread dump while it hangs, and read its last words',
      `-c ${name} --previous --tail=50`,
    ),
    rollback(workload.ref),
  ],
  neighbours: {
    'liveness-probe-wrong-port': 'There the connection is refused from the start.',
    'liveness-probe-timing': 'There it never answered in time.',
  },
});

export const probeFailedModes: readonly Mode[] = [
  ...probeModes('liveness', ['liveness']),
  ...probeModes('readiness', ['readiness', 'startup']),
  applicationHang,
];

// A probe fails because of the probe: it asks the wrong port, speaks the wrong protocol, or is too tight.
import type { FailureModeId } from '@winnow/contracts';
import { type Clue, citeChange, citeEvent, citeLog, clue } from '../clue.ts';
import { defineMode, type Mode } from '../mode.ts';
import { edit, rollback } from '../remedy.ts';
import { announcedPorts } from '../world/ports.ts';
import { probeFailures, probeOf } from '../world/probes.ts';
import type { ContainerView } from '../world/workloads.ts';
import type { World } from '../world/world.ts';
import { applicationHang } from './hang.ts';
import {
  asksDeadPort,
  type ContainerTest,
  endsByItself,
  explainsProbe,
  failing,
  fails,
  type Kinds,
  oomKilled,
  outlivedProbe,
  patience,
  probeEvidence,
  saysBlocked,
  stillStarting,
} from './probe-clues.ts';

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
      tight ? 0.5 : 0,
      `the probe gives up ${total} s after the start (${quote})`,
      probeEvidence(container, kind, quote),
    );
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
      supporting: [...(flavor === 'liveness' ? [stillStarting] : []), slowStart, probeChanged(flavor)],
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

export const probeFailedModes: readonly Mode[] = [
  ...probeModes('liveness', ['liveness']),
  ...probeModes('readiness', ['readiness', 'startup']),
  applicationHang,
];

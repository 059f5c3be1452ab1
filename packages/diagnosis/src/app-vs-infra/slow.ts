// Slow: throttled, slow by itself, by somebody it calls, or by the network; one workload, or all of a node.
import { type EntityRef, entity, type Signal } from '@winnow/contracts';
import { cite, citeSignal, clue } from '../clue.ts';
import { defineMode, type Mode, type Test } from '../mode.ts';
import { describe, remedy, target } from '../remedy.ts';
import { dependsOn, rise, seriesOf, slowSignal, slowWorkloads, symptomsAround, textOf } from '../world/slowness.ts';
import type { Workload } from '../world/workloads.ts';
import type { World } from '../world/world.ts';

type WorkloadTest = Test<Workload>;
const told = (signal: Signal) => citeSignal('alert', signal);

const cpuWords = /cpu|cfs|throttl/i;

const cpuSaturated: WorkloadTest = (workload, world) => {
  const signal = symptomsAround(workload, world).find(
    (each) =>
      each.symptom === 'cpu-throttled' ||
      (cpuWords.test(textOf(each)) && each.symptom !== 'unschedulable' && each.symptom !== 'create-refused'),
  );
  if (signal) return clue(0.4, 'its CPU is throttled or saturated', told(signal));
  const throttled = seriesOf(workload, /cfs_throttled|cpu_cfs|throttl/i, world)
    .map(rise)
    .find((each) => each !== undefined && each > 5);
  return throttled
    ? clue(
        0.2,
        `its throttling rose ${Math.round(throttled)}-fold`,
        cite('metric', `throttling of ${workload.name}`, `${throttled}`),
      )
    : undefined;
};

const isSlow: WorkloadTest = (workload, world) => {
  const signal = slowSignal(workload, world);
  return signal && clue(0, 'it is slow', told(signal));
};

/** What a slow workload calls is slow, too: it only passes that on. */
const calleeIsSlow: WorkloadTest = (workload, world) => {
  const callee = slowWorkloads(world).find(
    (each) => dependsOn(workload, each, world) && !dependsOn(each, workload, world),
  );
  const signal = callee && slowSignal(callee, world);
  return signal && clue(0.6, `${callee.name}, which it calls, is slow too`, told(signal));
};

/** Slow ones that do not call each other have something else in common. */
const othersAreSlowAlone: WorkloadTest = (workload, world) => {
  const apart = slowWorkloads(world).find(
    (each) => each !== workload && !dependsOn(each, workload, world) && !dependsOn(workload, each, world),
  );
  const signal = apart && slowSignal(apart, world);
  return signal && clue(0.5, `${apart.name} is slow and has nothing to do with it`, told(signal));
};

const cpuIsQuiet: WorkloadTest = (workload, world) => {
  const rises = seriesOf(workload, /cpu/i, world).flatMap((each) => rise(each) ?? []);
  return rises.length > 0 && rises.every((each) => each < 1.6)
    ? clue(
        0.3,
        'its CPU did not rise',
        cite('metric', `cpu of ${workload.name}`, `now ${Math.max(...rises).toFixed(1)} times the usual`),
      )
    : undefined;
};

const trafficIsOdd: WorkloadTest = (workload, world) => {
  const signal = symptomsAround(workload, world).find(
    (each) => /network|packet|pps|retrans|throughput|rps/i.test(textOf(each)) && each.symptom !== 'latency-high',
  );
  return signal && clue(0.25, 'traffic to it fell', told(signal));
};

const slowQueries: WorkloadTest = (workload, world) => {
  const line = world.logs.about(workload, 'slow-query', 'timeout')[0];
  return line && clue(0.4, 'its log tells of slow queries or calls', line.evidence);
};

const self = ({ ref }: Workload) => ref;
const slowSymptoms = [
  'latency-high',
  'traffic-lost',
  'request-errors',
  'other',
  'saturation',
  'cpu-throttled',
  'readiness-failed',
  'liveness-failed',
] as const;

/** Nodes that carry pods of something slow, or are told of themselves. */
function nodes(world: World): readonly EntityRef[] {
  const names = new Set([
    ...slowWorkloads(world).flatMap((each) => each.pods.flatMap((pod) => pod.spec?.nodeName ?? [])),
    ...world.members.filter((each) => each.ref.kind === 'Node').map((each) => each.ref.name),
  ]);
  return [...names].sort().map((name) => entity('Node', undefined, name));
}

const on = (workload: Workload, node: EntityRef) => workload.pods.some((pod) => pod.spec?.nodeName === node.name);

/** Several on one node are slow, none of them because of another. */
const slowTogether: Test<EntityRef> = (node, world) => {
  const slow = slowWorkloads(world);
  const roots = slow.filter((each) => !slow.some((other) => dependsOn(each, other, world)));
  const here = roots.filter((each) => on(each, node));
  const shareHere = share(slow, node, world);
  const best = Math.max(...nodes(world).map((each) => share(slow, each, world)));
  if (here.length === 0 || roots.length < 2 || shareHere < best) return undefined;
  const signal = slowSignal(here[0]!, world)!;
  return clue(
    Math.min(0.4, 0.15 * here.length),
    `${here.map((each) => each.name).join(', ')} on ${node.name} are slow, and not because of each other`,
    told(signal),
  );
};

function share(slow: readonly Workload[], node: EntityRef, world: World): number {
  const all = world.workloads.all.filter((each) => on(each, node) && each.namespace !== 'kube-system');
  return all.length === 0 ? 0 : slow.filter((each) => on(each, node)).length / all.length;
}

const lossWords = /retrans|packet.?loss|packets? (?:lost|dropp)|network.?quality|drop(?:ped)? packets/i;

/** How much a report says that something grew, to tell the node that is meant from those that only talk to it. */
function amount(signal: Signal): number {
  const numbers = [...textOf(signal).matchAll(/(?:current|cur|now|value|val)[=: ]+([\d.]+)/gi)].map((match) =>
    Number(match[1]),
  );
  return Math.max(0, ...numbers);
}

const losesPackets: Test<EntityRef> = (node, world) => {
  const of = (ref: EntityRef) => world.symptomsAt(ref).filter((each) => lossWords.test(textOf(each)));
  const mine = of(node).sort((a, b) => amount(b) - amount(a))[0];
  if (!mine) return undefined;
  const most = Math.max(...nodes(world).flatMap((each) => of(each).map(amount)));
  if (most > 0 && amount(mine) < most) return undefined;
  return clue(
    amount(mine) >= 1 || amount(mine) === 0 ? 0.5 : 0.1,
    `${node.name} loses or retransmits packets`,
    told(mine),
  );
};

const podLoses: WorkloadTest = (workload, world) => {
  const signal = symptomsAround(workload, world).find((each) => lossWords.test(textOf(each)));
  return signal && clue(0.2, 'packets to it are lost', told(signal));
};

const lookAtNode = (node: EntityRef) => [
  remedy(
    'Look at its network interfaces and queues',
    `kubectl debug node/${node.name} -it --image=nicolaka/netshoot -- tc -s qdisc`,
    'low',
  ),
  remedy(
    'Move its pods away until then',
    `kubectl drain ${node.name} --ignore-daemonsets --delete-emptydir-data`,
    'high',
  ),
];

export const slowModes: readonly Mode[] = [
  defineMode<Workload>({
    id: 'cpu-throttling',
    headline: 'its CPU is throttled',
    over: (world) => world.workloads.all,
    blames: self,
    base: 0.6,
    required: [cpuSaturated],
    supporting: [isSlow],
    explains: slowSymptoms,
    summary: ({ name }) => `${name} uses all the CPU that it may, and is slow for it.`,
    remediation: ({ ref, desired, pods }) => [
      remedy('Raise the CPU limit', `kubectl set resources ${target(ref)} --limits=cpu=1`, 'medium'),
      remedy('Or run more replicas', `kubectl scale ${target(ref)} --replicas=${(desired ?? pods.length) + 1}`, 'low'),
    ],
    neighbours: { 'pod-network-delay': 'There the CPU is quiet.', 'slow-dependency': 'There what it calls is slow.' },
  }),
  defineMode<Workload>({
    id: 'pod-network-delay',
    headline: 'the network to it is slow',
    over: slowWorkloads,
    blames: self,
    base: 0.32,
    required: [isSlow],
    supporting: [cpuIsQuiet, trafficIsOdd],
    refuting: [calleeIsSlow, othersAreSlowAlone, cpuSaturated, slowQueries],
    explains: slowSymptoms,
    summary: ({ name }) =>
      `${name} and its callers are slow without its CPU or what it calls being the reason: the network to it is.`,
    remediation: ({ ref }) => [describe(ref, 'Look at its node, its network policy and its sidecar')],
    neighbours: {
      'cpu-throttling': 'There its CPU is at its limit.',
      'node-network-delay': 'There others on the same node are slow, too.',
    },
  }),
  defineMode<Workload>({
    id: 'pod-network-loss',
    headline: 'packets to it are lost',
    over: (world) => world.workloads.all,
    blames: self,
    base: 0.5,
    required: [podLoses],
    refuting: [othersAreSlowAlone],
    explains: slowSymptoms,
    summary: ({ name }) => `Packets to and from ${name} are lost.`,
    remediation: ({ ref }) => [describe(ref, 'Look at its node and its network')],
  }),
  defineMode<Workload>({
    id: 'slow-dependency',
    headline: 'it waits for slow queries or calls',
    over: slowWorkloads,
    blames: self,
    base: 0.4,
    required: [isSlow, slowQueries],
    refuting: [calleeIsSlow, cpuSaturated],
    explains: slowSymptoms,
    summary: ({ name }) => `${name} is slow because it waits for slow queries or calls.`,
    remediation: ({ ref }) => [describe(ref, 'Find the slow query or call in its log')],
  }),
  defineMode<EntityRef>({
    id: 'node-network-delay',
    headline: 'its network is slow',
    over: nodes,
    blames: (node) => node,
    base: 0.5,
    required: [slowTogether],
    refuting: [losesPackets],
    summary: (node) => `What runs on ${node.name} is slow, and not because of each other: the network of the node is.`,
    remediation: lookAtNode,
    neighbours: {
      'node-network-loss': 'There packets are retransmitted.',
      'pod-network-delay': 'There one workload and its callers are slow, whatever the node.',
    },
  }),
  defineMode<EntityRef>({
    id: 'node-network-loss',
    headline: 'it loses packets',
    over: nodes,
    blames: (node) => node,
    base: 0.4,
    required: [losesPackets],
    supporting: [slowTogether],
    summary: (node) => `Node ${node.name} loses packets, so what runs there is slow or fails.`,
    remediation: lookAtNode,
  }),
];

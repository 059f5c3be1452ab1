// The scheduler finds no node: by selector, affinity, taint, cordon, room, or ports.
import type { FailureModeId, Remediation } from '@winnow/contracts';
import { citeChange, clue } from '../clue.ts';
import { defineMode, type Mode, type Test } from '../mode.ts';
import { describe, edit, remedy, target } from '../remedy.ts';
import { type Constraint, decisiveConstraint } from '../world/scheduling.ts';
import type { Workload } from '../world/workloads.ts';
import type { World } from '../world/world.ts';

const decidedBy =
  (...wanted: readonly Constraint[]): Test<Workload> =>
  (workload, world) => {
    const decisive = decisiveConstraint(workload, world);
    if (!decisive || !wanted.includes(decisive.constraint)) return undefined;
    return clue(0, `the scheduler says: ${decisive.detail}`, ...decisive.evidence);
  };

const isNew: Test<Workload> = (workload, world) => {
  const change = world
    .changesOf(workload.ref)
    .find((each) => each.diff.some((diff) => /nodeSelector|affinity|toleration|resources|replicas/i.test(diff.path)));
  const diff = change?.diff.find((each) => /nodeSelector|affinity|toleration|resources|replicas/i.test(each.path));
  if (!change || !diff) return undefined;
  return clue(0.3, `${diff.path} was changed at ${change.at}`, citeChange(change, diff));
};

interface Row {
  readonly id: FailureModeId;
  readonly constraints: readonly Constraint[];
  readonly headline: string;
  readonly summary: string;
  readonly remediation: (workload: Workload, world: World) => readonly Remediation[];
}

const rows: readonly Row[] = [
  {
    id: 'insufficient-cpu',
    constraints: ['cpu'],
    headline: 'its CPU request fits on no node',
    summary: 'No node has the CPU that the pod requests.',
    remediation: ({ ref }) => [
      remedy(
        'Lower the CPU request to what it uses',
        `kubectl set resources ${target(ref)} --requests=cpu=500m`,
        'medium',
      ),
      describe(ref, 'Or add a node that is large enough'),
    ],
  },
  {
    id: 'insufficient-memory',
    constraints: ['memory'],
    headline: 'its memory request fits on no node',
    summary: 'No node has the memory that the pod requests.',
    remediation: ({ ref }) => [
      remedy(
        'Lower the memory request to what it uses',
        `kubectl set resources ${target(ref)} --requests=memory=512Mi`,
        'medium',
      ),
      describe(ref, 'Or add a node that is large enough'),
    ],
  },
  {
    id: 'node-pod-capacity',
    constraints: ['pods'],
    headline: 'the nodes hold as many pods as they may',
    summary: 'Every node that the pod could go to has reached its number of pods.',
    remediation: ({ ref }) => [describe(ref, 'Add a node, or raise maxPods of the kubelets')],
  },
  {
    id: 'gpu-unavailable',
    constraints: ['extended'],
    headline: 'no node offers the device that it requests',
    summary: 'The GPU or other extended resource that the pod requests is free on no node.',
    remediation: ({ ref }) => [describe(ref, 'Look at the device plugin and at who holds the devices')],
  },
  {
    id: 'node-selector-mismatch',
    constraints: ['selector'],
    headline: 'no node has the labels of its nodeSelector',
    summary: 'No node carries the labels that the nodeSelector asks for.',
    remediation: ({ ref }) => [
      edit(ref, 'Correct spec.template.spec.nodeSelector'),
      remedy('Or label the nodes that are meant: see what labels they have', 'kubectl get nodes --show-labels', 'low'),
    ],
  },
  {
    id: 'node-affinity-mismatch',
    constraints: ['affinity'],
    headline: 'no node satisfies its required node affinity',
    summary: 'No node satisfies the required node affinity.',
    remediation: ({ ref }) => [
      edit(ref, 'Correct spec.template.spec.affinity.nodeAffinity'),
      remedy('Or label the nodes that are meant: see what labels they have', 'kubectl get nodes --show-labels', 'low'),
    ],
  },
  {
    id: 'pod-anti-affinity-conflict',
    constraints: ['anti-affinity'],
    headline: 'its pod (anti-)affinity leaves no node',
    summary: 'Required affinity between pods leaves no node.',
    remediation: ({ ref }) => [edit(ref, 'Make the rule preferred, or run no more replicas than there are nodes')],
  },
  {
    id: 'taint-not-tolerated',
    constraints: ['taint'],
    headline: 'the nodes carry a taint that it does not tolerate',
    summary: 'The nodes that are left carry a taint that the pod does not tolerate.',
    remediation: ({ ref }) => [
      edit(ref, 'Add the toleration, if the pod belongs there'),
      remedy(
        'Or remove the taint: see which node has which',
        'kubectl get nodes -o custom-columns=NAME:.metadata.name,TAINTS:.spec.taints',
        'low',
      ),
    ],
  },
  {
    id: 'node-cordoned',
    constraints: ['cordon'],
    headline: 'the nodes that it needs are cordoned',
    summary: 'The nodes that the pod could go to are marked unschedulable.',
    remediation: (_, world) =>
      world.objects
        .all('Node')
        .filter((each) => each.spec?.unschedulable)
        .slice(0, 3)
        .map(({ metadata }) => remedy('Let the node take pods again', `kubectl uncordon ${metadata.name}`, 'low')),
  },
  {
    id: 'port-conflict',
    constraints: ['ports'],
    headline: 'its host port is taken on every node',
    summary: 'The host port that the pod asks for is taken on every node.',
    remediation: ({ ref }) => [edit(ref, 'Remove hostPort, or choose another')],
  },
];

export const unschedulableModes: readonly Mode[] = rows.map((row) =>
  defineMode<Workload>({
    id: row.id,
    headline: row.headline,
    over: (world) => world.workloads.all,
    blames: ({ ref }) => ref,
    base: 0.88,
    required: [decidedBy(...row.constraints)],
    supporting: [isNew],
    explains: [
      'unschedulable',
      'pending',
      'not-ready',
      'replicas-missing',
      'rollout-stuck',
      'service-no-endpoints',
      'target-down',
    ],
    summary: () => row.summary,
    remediation: row.remediation,
    neighbours: Object.fromEntries(
      rows
        .filter((other) => other !== row)
        .map((other) => [
          other.id,
          'Of a mixed message that reason decides which holds at the nodes that the pod could otherwise go to.',
        ]),
    ),
  }),
);

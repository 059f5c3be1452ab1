import { expect, test } from 'vitest';
import { diagnose } from '../diagnose.ts';
import { deployment, dossier, event, kube, pod, workload } from '../testing/dossiers.ts';

const node = (name: string, more: Record<string, unknown> = {}, labels: Record<string, string> = {}) =>
  kube({
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } },
    spec: more,
    status: { allocatable: { cpu: '4', memory: '16Gi', pods: '110' } },
  });
const workers = [
  node('w1', {}, { zone: 'a', disk: 'ssd' }),
  node('w2', {}, { zone: 'b' }),
  node('w3', {}, { zone: 'b' }),
];
const master = node(
  'm1',
  { taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] },
  { 'node-role.kubernetes.io/control-plane': '' },
);
const request = (cpu: string, memory: string) => ({ container: { resources: { requests: { cpu, memory } } } });
const required = (key: string, operator: string, ...values: string[]) => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key, operator, values }] }],
      },
    },
  },
});

interface Case {
  readonly mode: string;
  readonly message: string;
  readonly options?: Parameters<typeof workload>[1];
  readonly nodes?: readonly ReturnType<typeof node>[];
}

const tainted = node('w1', { taints: [{ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }] });
const cordoned = node(
  'w1',
  { unschedulable: true, taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] },
  { disk: 'ssd' },
);
const untolerated = '1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }';

test.each<Case>([
  {
    mode: 'insufficient-cpu',
    message: `0/4 nodes are available: ${untolerated}, 3 Insufficient cpu. preemption: 0/4 nodes are available: 1 Preemption is not helpful for scheduling, 3 No preemption victims found for incoming pod.`,
    options: request('6', '1Gi'),
  },
  {
    mode: 'insufficient-memory',
    message: `0/4 nodes are available: ${untolerated}, 2 Insufficient cpu, 3 Insufficient memory.`,
    options: request('1', '64Gi'),
  },
  { mode: 'insufficient-memory', message: '0/3 nodes are available: 3 Insufficient memory.' },
  {
    mode: 'node-selector-mismatch',
    message: `0/4 nodes are available: ${untolerated}, 3 node(s) didn't match Pod's node affinity/selector.`,
    options: { spec: { nodeSelector: { disk: 'nvme' } } },
  },
  {
    mode: 'node-affinity-mismatch',
    message: `0/4 nodes are available: ${untolerated}, 3 node(s) didn't match Pod's node affinity/selector.`,
    options: { spec: required('zone', 'In', 'c') },
  },
  {
    mode: 'insufficient-cpu',
    message:
      "0/4 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 node(s) didn't match Pod's node affinity/selector.",
    options: { ...request('3', '1Gi'), spec: { nodeSelector: { disk: 'ssd' } } },
  },
  {
    mode: 'node-cordoned',
    message:
      "0/4 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 1 node(s) were unschedulable, 2 node(s) didn't match Pod's node affinity/selector.",
    options: { spec: { nodeSelector: { disk: 'ssd' } } },
    nodes: [master, cordoned, ...workers.slice(1)],
  },
  { mode: 'node-cordoned', message: '0/1 nodes are available: 1 node(s) were unschedulable.', nodes: [cordoned] },
  {
    mode: 'taint-not-tolerated',
    message: `0/2 nodes are available: 1 node(s) had untolerated taint {dedicated: gpu}, ${untolerated}.`,
    nodes: [master, tainted],
  },
  {
    mode: 'taint-not-tolerated',
    message: "0/3 nodes are available: 3 node(s) had taint {team: blue}, that the pod didn't tolerate.",
  },
  {
    mode: 'pod-anti-affinity-conflict',
    message: `0/4 nodes are available: ${untolerated}, 3 node(s) didn't match pod anti-affinity rules.`,
  },
  { mode: 'node-pod-capacity', message: '0/3 nodes are available: 3 Too many pods.' },
  {
    mode: 'gpu-unavailable',
    message:
      '0/3 nodes are available: 3 Insufficient nvidia.com/gpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.',
  },
  {
    mode: 'port-conflict',
    message: "0/3 nodes are available: 3 node(s) didn't have free ports for the requested pod ports.",
  },
])('given "$message", then $mode', ({ mode, message, options, nodes = [master, ...workers] }) => {
  const pending = { ...options, status: { ready: false }, pod: { phase: 'Pending', node: null } };
  const found = diagnose(
    dossier({
      objects: [workload('solver', pending), nodes],
      members: [[deployment('solver'), 'unschedulable']],
      events: [event(pod('solver'), 'FailedScheduling', message)],
    }),
  );
  expect(found.hypotheses[0]).toMatchObject({ mode, entity: deployment('solver') });
});

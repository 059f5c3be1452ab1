// A node or one of its services is down: told by conditions, active checks, and by who is affected.
import type { EntityRef } from '@winnow/contracts';
import { cite, citeObject, citeSignal, clue } from '../clue.ts';
import { defineMode, type Mode } from '../mode.ts';
import { describe, remedy } from '../remedy.ts';
import { either, type NodeTest, nodes, objectOf } from '../world/nodes.ts';

const serviceDown =
  (pattern: RegExp): NodeTest =>
  (node, world) => {
    const check = world.dossier.checks.nodeServices.find(
      (each) => each.node === node.name && !each.active && pattern.test(each.service),
    );
    return (
      check &&
      clue(
        0.75,
        `${check.service} is not active on ${node.name}`,
        cite('check', `Node ${node.name} ${check.service}`, check.output),
      )
    );
  };

const notReady: NodeTest = (node, world) => {
  const ready = objectOf(node, world)?.status?.conditions?.find((each) => each.type === 'Ready');
  if (!ready || ready.status === 'True') return toldNotReady(node, world);
  return clue(
    0.2,
    `the node is not ready: ${ready.reason ?? ready.status}`,
    citeObject(node, 'status.conditions[Ready]', `${ready.status} ${ready.reason ?? ''} ${ready.message ?? ''}`),
  );
};

const toldNotReady: NodeTest = (node, world) => {
  const signal = world.hasSymptom(node, 'node-not-ready');
  return signal && clue(0, 'it is reported as not ready', citeSignal('alert', signal));
};

const kubeletSilent: NodeTest = (node, world) => {
  const conditions = objectOf(node, world)?.status?.conditions ?? [];
  const silent = conditions.find(
    (each) =>
      each.status === 'Unknown' &&
      /NodeStatusUnknown|NodeStatusNeverUpdated|stopped posting/.test(`${each.reason} ${each.message}`),
  );
  return (
    silent &&
    clue(
      0.35,
      'the kubelet has stopped posting status',
      citeObject(node, `status.conditions[${silent.type}]`, `${silent.status} ${silent.reason ?? ''}`),
    )
  );
};

const runtimeDown: NodeTest = (node, world) => {
  const ready = objectOf(node, world)?.status?.conditions?.find(
    (each) => each.type === 'Ready' && each.status !== 'True',
  );
  const told = /runtime (?:is down|status check)|PLEG|containerd|docker|cri-?o|container runtime(?! network)/i.test(
    ready?.message ?? '',
  );
  return told
    ? clue(
        0.6,
        'the kubelet says that the container runtime is down',
        citeObject(node, 'status.conditions[Ready]', ready?.message ?? ''),
      )
    : undefined;
};

const networkNotReady: NodeTest = (node, world) => {
  const ready = objectOf(node, world)?.status?.conditions?.find(
    (each) => each.type === 'Ready' && each.status !== 'True',
  );
  return /cni|network plugin|NetworkReady=false/i.test(ready?.message ?? '')
    ? clue(
        0.6,
        'the kubelet says that the network plugin is not ready',
        citeObject(node, 'status.conditions[Ready]', ready?.message ?? ''),
      )
    : undefined;
};

/** From this node nothing gets through, from others everything does. */
const onlyFromHere: NodeTest = (node, world) => {
  const checks = world.dossier.checks.connectivity.filter((each) => each.fromNode !== undefined);
  const here = checks.filter((each) => each.fromNode === node.name);
  const there = checks.filter((each) => each.fromNode !== node.name);
  const failed = here.filter((each) => !each.ok);
  if (
    failed.length === 0 ||
    failed.length * 2 < here.length ||
    there.filter((each) => each.ok).length * 2 < there.length
  )
    return undefined;
  return clue(
    0.4,
    `${failed.length} of ${here.length} Services cannot be reached from ${node.name}, from other nodes they can`,
    cite(
      'check',
      `Service ${failed[0]!.namespace}/${failed[0]!.service}:${failed[0]!.port} from ${node.name}`,
      failed[0]!.output,
    ),
  );
};

const isFine: NodeTest = (node, world) => {
  const ready = objectOf(node, world)?.status?.conditions?.find((each) => each.type === 'Ready');
  return ready?.status === 'True'
    ? clue(0.4, 'the node is ready', citeObject(node, 'status.conditions[Ready]', 'True'))
    : undefined;
};

const commands = (node: EntityRef, service: string) => [
  remedy(
    `Restart ${service} on the node, and read its journal`,
    `ssh ${node.name} 'sudo systemctl restart ${service} && sudo journalctl -u ${service} -n 100'`,
    'medium',
  ),
  remedy('Keep new pods away until then', `kubectl cordon ${node.name}`, 'low'),
];

const self = (node: EntityRef) => node;
const proxy = /kube-?proxy/i;
const runtime = /containerd|docker|cri-?o|runtime/i;
const kubelet = /kubelet/i;

export const nodeModes: readonly Mode[] = [
  defineMode<EntityRef>({
    id: 'kubelet-unavailable',
    headline: 'its kubelet is down',
    over: nodes,
    blames: self,
    base: 0.5,
    required: [either(serviceDown(kubelet), kubeletSilent)],
    supporting: [kubeletSilent, notReady],
    refuting: [runtimeDown, serviceDown(runtime)],
    summary: (node) => `The kubelet of ${node.name} is stopped or does not post status.`,
    remediation: (node) => commands(node, 'kubelet'),
    neighbours: {
      'node-failure': 'There the whole machine is gone.',
      'container-runtime-unavailable': 'There the kubelet still speaks and says that the runtime is down.',
    },
  }),
  defineMode<EntityRef>({
    id: 'container-runtime-unavailable',
    headline: 'its container runtime is down',
    over: nodes,
    blames: self,
    base: 0.6,
    required: [either(serviceDown(runtime), runtimeDown)],
    supporting: [runtimeDown, notReady],
    summary: (node) => `The container runtime of ${node.name} is down.`,
    remediation: (node) => commands(node, 'containerd'),
  }),
  defineMode<EntityRef>({
    id: 'kube-proxy-unavailable',
    headline: 'its kube-proxy is down',
    over: nodes,
    blames: self,
    base: 0.5,
    required: [either(serviceDown(proxy), onlyFromHere)],
    supporting: [onlyFromHere],
    refuting: [notReady],
    summary: (node) => `kube-proxy of ${node.name} is down, so Services cannot be reached from there.`,
    remediation: (node) => commands(node, 'kube-proxy'),
  }),
  defineMode<EntityRef>({
    id: 'cni-failure',
    headline: 'its network plugin is not ready',
    over: nodes,
    blames: self,
    base: 0.5,
    required: [networkNotReady],
    supporting: [notReady],
    summary: (node) => `The network plugin of ${node.name} is not ready, so pods get no network there.`,
    remediation: (node) => [describe(node, "Look at the network plugin's pod on the node")],
  }),
  defineMode<EntityRef>({
    id: 'node-failure',
    headline: 'the node is down',
    over: nodes,
    blames: self,
    base: 0.55,
    depth: 1,
    required: [notReady],
    refuting: [isFine],
    summary: (node) => `Node ${node.name} is not ready, and its pods fail with it.`,
    remediation: (node) => [
      describe(node, 'Look at its conditions'),
      remedy(
        'Move its pods away, if it does not come back',
        `kubectl drain ${node.name} --ignore-daemonsets --delete-emptydir-data`,
        'high',
      ),
    ],
  }),
];

// Why the scheduler places a pod nowhere: its message read reason by reason, checked against the nodes themselves.
import { type Evidence, entity, type Node, type Pod, type PodSpec } from '@winnow/contracts';
import { cite, citeEvent, citeObject } from '../clue.ts';
import { quantity } from './quantity.ts';
import { matchesLabels, matchesRequirement, matchesSelector } from './selectors.ts';
import type { Workload } from './workloads.ts';
import type { World } from './world.ts';

export type Constraint =
  | 'cpu'
  | 'memory'
  | 'pods'
  | 'extended'
  | 'selector'
  | 'affinity'
  | 'anti-affinity'
  | 'taint'
  | 'cordon'
  | 'node-down'
  | 'pressure'
  | 'ports'
  | 'claim'
  | 'other';

export interface Decisive {
  readonly constraint: Constraint;
  /** The scheduler's clause, or what was found at the nodes. */
  readonly detail: string;
  readonly evidence: readonly Evidence[];
}

interface Clause {
  readonly count: number;
  readonly text: string;
  readonly constraint: Constraint;
}

export interface Unplaced {
  readonly pod: Pod;
  readonly message: string;
  readonly evidence: Evidence;
}

/** Pods of a workload that the scheduler says it cannot place, with its latest word. */
export function unplacedPod(workload: Workload, world: World): Unplaced | undefined {
  const waiting = workload.pods.filter(
    (pod) => !pod.spec?.nodeName && pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed',
  );
  for (const pod of waiting) {
    const ref = entity('Pod', pod.metadata.namespace, pod.metadata.name);
    const event = world.events.about(ref, 'FailedScheduling').at(-1);
    const condition = pod.status?.conditions?.find((each) => each.type === 'PodScheduled' && each.status === 'False');
    if (condition?.message && (!event || /nodes are available/.test(condition.message)))
      return {
        pod,
        message: condition.message,
        evidence: citeObject(ref, 'status.conditions[PodScheduled]', condition.message),
      };
    if (event) return { pod, message: event.message, evidence: citeEvent(event) };
  }
  return undefined;
}

const kinds: readonly [RegExp, Constraint][] = [
  [/insufficient cpu/i, 'cpu'],
  [/insufficient memory/i, 'memory'],
  [/too many pods|insufficient pods/i, 'pods'],
  [/insufficient [\w.-]+\/[\w.-]+|insufficient \S*gpu/i, 'extended'],
  [/anti-?affinity/i, 'anti-affinity'],
  [/pod affinity rules/i, 'anti-affinity'],
  [/volume node affinity/i, 'claim'],
  [/node affinity|node selector|node\(s\) didn't match Pod's node/i, 'selector'],
  [/node-role\.kubernetes\.io\/(?:control-plane|master)/i, 'other'],
  [/node\.kubernetes\.io\/(?:not-ready|unreachable)|node\(s\) (?:were|was) not ready/i, 'node-down'],
  [/node\.kubernetes\.io\/(?:disk|memory|pid)-pressure/i, 'pressure'],
  [/node\.kubernetes\.io\/unschedulable|unschedulable/i, 'cordon'],
  [/taint/i, 'taint'],
  [/free ports|host ?port/i, 'ports'],
  [/persistentvolumeclaim|persistent volume|volume/i, 'claim'],
];

export function clausesOf(message: string): readonly Clause[] {
  const body =
    (message.split(/nodes are available:\s*/)[1] ?? message).split(/(?:\.\s+|\s)(?:preemption:|no new claims)/)[0] ??
    '';
  return body.split(/,\s+(?=\d+ |pod has|persistent)/).map((raw): Clause => {
    const text = raw.trim().replace(/\.$/, '');
    const count = /^(\d+) /.exec(text);
    return {
      count: count ? Number(count[1]) : 1,
      text,
      constraint: kinds.find(([pattern]) => pattern.test(text))?.[1] ?? 'other',
    };
  });
}

/** The one constraint that keeps the pod from being placed: the one that a person would have to change. */
export function decisiveConstraint(workload: Workload, world: World): Decisive | undefined {
  const unplaced = unplacedPod(workload, world);
  if (!unplaced) return undefined;
  const { message, evidence } = unplaced;
  const spec = unplaced.pod.spec?.containers ? unplaced.pod.spec : (workload.spec ?? unplaced.pod.spec);
  const clauses = clausesOf(message);
  const has = (constraint: Constraint) => clauses.find((each) => each.constraint === constraint);
  const found = (constraint: Constraint, detail: string, ...more: readonly Evidence[]): Decisive => ({
    constraint,
    detail,
    evidence: [evidence, ...more],
  });
  const claim = has('claim');
  if (claim) return found('claim', claim.text);
  const nodes = world.objects.all('Node').filter((node) => !isControlPlane(node));
  const pin = pinOf(workload, spec, nodes);
  if (has('selector') && pin && pin.fitting.length === 0) return found(pin.constraint, pin.detail, pin.evidence);
  const oversize = tooLarge(workload, spec, nodes, clauses);
  if (oversize) return found(oversize.constraint, oversize.detail, oversize.evidence);
  const order = pin && has('selector') && pin.fitting.length < nodes.length ? pinnedOrder : freeOrder;
  for (const constraint of order) {
    const clause = has(constraint);
    if (clause?.constraint === 'cordon' && !cordonedWorkers(clause, nodes, world.objects.all('Node'))) continue;
    if (clause) return found(constraint, clause.text, ...nodesWith(constraint, pin?.fitting ?? nodes));
  }
  const selector = has('selector');
  if (selector) return found(pin?.constraint ?? declared(spec), selector.text);
  const taint = clauses.find((each) => /taint/i.test(each.text));
  return taint ? found('taint', taint.text) : found('other', message);
}

/** Where the pod is pinned to a few nodes, what those nodes say decides; the order is the scheduler's own. */
const pinnedOrder: readonly Constraint[] = [
  'cordon',
  'node-down',
  'taint',
  'pressure',
  'ports',
  'extended',
  'pods',
  'cpu',
  'memory',
  'anti-affinity',
];
/** Else the pod's own demands come before what is ordinary at nodes. */
const freeOrder: readonly Constraint[] = [
  'anti-affinity',
  'ports',
  'extended',
  'taint',
  'cordon',
  'cpu',
  'memory',
  'pods',
  'pressure',
  'node-down',
];

/** Nodes that take no ordinary pods anyway: by taint, or by the role that installers write into labels. */
function isControlPlane(node: Node): boolean {
  const tainted = (node.spec?.taints ?? []).some((taint) => controlPlaneKey.test(taint.key ?? ''));
  const labels = node.metadata.labels ?? {};
  const named =
    Object.keys(labels).some((key) => controlPlaneKey.test(key)) ||
    /^(?:master|control-plane)$/.test(labels['kubernetes.io/role'] ?? '');
  return tainted || (named && node.spec?.unschedulable === true);
}
const controlPlaneKey = /node-role\.kubernetes\.io\/(?:control-plane|master)/;

/** Cordoned nodes that matter: those that would take the pod otherwise. */
function cordonedWorkers(clause: Clause, nodes: readonly Node[], all: readonly Node[]): boolean {
  if (nodes.length === 0) return true;
  const background = all.filter((node) => isControlPlane(node) && node.spec?.unschedulable).length;
  return clause.count > background || nodes.some((node) => node.spec?.unschedulable);
}

function declared(spec: PodSpec | undefined): Constraint {
  return spec?.affinity?.nodeAffinity && !spec.nodeSelector ? 'affinity' : 'selector';
}

interface Pin {
  readonly constraint: 'selector' | 'affinity';
  readonly detail: string;
  readonly evidence: Evidence;
  readonly fitting: readonly Node[];
}

/** The nodes that the pod's own nodeSelector and required affinity leave. */
function pinOf(workload: Workload, spec: PodSpec | undefined, nodes: readonly Node[]): Pin | undefined {
  const selector = spec?.nodeSelector ?? {};
  const terms = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const wants = Object.keys(selector).length > 0;
  if (!wants && terms.length === 0) return undefined;
  const bySelector = nodes.filter((node) => matchesLabels(selector, node.metadata.labels));
  const byTerms = (node: Node) =>
    terms.length === 0 ||
    terms.some(
      (term) =>
        (term.matchExpressions ?? []).every((each) => matchesRequirement(each, node.metadata.labels)) &&
        (term.matchFields ?? []).every((each) => matchesRequirement(each, { 'metadata.name': node.metadata.name })),
    );
  const fitting = bySelector.filter(byTerms);
  const constraint = wants && (bySelector.length === 0 || terms.length === 0) ? 'selector' : 'affinity';
  const written = constraint === 'selector' ? selector : terms;
  const path =
    constraint === 'selector' ? 'spec.template.spec.nodeSelector' : 'spec.template.spec.affinity.nodeAffinity';
  const detail =
    nodes.length > 0 && fitting.length === 0
      ? `none of ${nodes.length} nodes has ${JSON.stringify(written)}`
      : JSON.stringify(written);
  return { constraint, detail, evidence: citeObject(workload.ref, path, JSON.stringify(written)), fitting };
}

/** A request that is larger than any node: no amount of room would help. */
function tooLarge(workload: Workload, spec: PodSpec | undefined, nodes: readonly Node[], clauses: readonly Clause[]) {
  const sizes = (['cpu', 'memory'] as const).flatMap((resource) => {
    const wanted = requestOf(spec, resource);
    const most = Math.max(0, ...nodes.map((node) => quantity(node.status?.allocatable?.[resource]) ?? 0));
    const said = clauses.some((each) => each.constraint === resource);
    return said && wanted > 0 && most > 0 ? [{ resource, wanted, most, share: wanted / most }] : [];
  });
  const worst = sizes.sort((a, b) => b.share - a.share)[0];
  if (!worst || (worst.share <= 1 && sizes.length < 2)) return undefined;
  if (worst.share <= 0.2) return undefined;
  return {
    constraint: worst.resource,
    detail: `${worst.resource} request ${worst.wanted} against ${worst.most} at the largest node`,
    evidence: citeObject(
      workload.ref,
      `resources.requests.${worst.resource}`,
      `${worst.wanted} (largest node: ${worst.most})`,
    ),
  };
}

export function requestOf(spec: PodSpec | undefined, resource: string): number {
  const containers = (spec?.containers ?? []).reduce(
    (sum, each) => sum + (quantity(each.resources?.requests?.[resource] ?? each.resources?.limits?.[resource]) ?? 0),
    0,
  );
  return containers > 0 ? containers : (quantity(spec?.resources?.requests?.[resource]) ?? 0);
}

function nodesWith(constraint: Constraint, nodes: readonly Node[]): readonly Evidence[] {
  if (constraint === 'cordon')
    return nodes
      .filter((node) => node.spec?.unschedulable)
      .map((node) => citeObject(entity('Node', undefined, node.metadata.name), 'spec.unschedulable', 'true'));
  if (constraint !== 'taint') return [];
  return nodes.flatMap((node) =>
    (node.spec?.taints ?? []).map((taint) =>
      cite('object', `Node ${node.metadata.name} spec.taints`, `${taint.key}=${taint.value ?? ''}:${taint.effect}`),
    ),
  );
}

/** Required anti-affinity of a pod template that matches its own pods, or others' labels. */
export function antiAffinityOf(workload: Workload): string | undefined {
  const terms = workload.spec?.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  const first = terms[0];
  if (!first) return undefined;
  const own = matchesSelector(first.labelSelector, workload.labels) ? 'its own pods' : 'other pods';
  return `required anti-affinity against ${own} over ${first.topologyKey ?? 'nodes'}`;
}

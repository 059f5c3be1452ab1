// Finds what a signal may have to do with those that have a place: by its entity, along edges of the graph, by what it names.
// The search starts at the signal and walks; it never goes through all incidents.
import { type EntityRef, entity, entityKey, type Signal } from '@winnow/contracts';
import type { GraphEdge, Reached } from '@winnow/topology';
import { callHops, changeLasts, type RuleName } from './parameters.ts';
import { blamesNames, referencesOf } from './references.ts';
import { edgeText, type Link, type Placed, type Role } from './relation.ts';
import { namespaceOf, type Scope } from './state.ts';
import {
  canBeVictim,
  canComeOfNode,
  canComeOfVolume,
  harmsCallers,
  isLoad,
  isNodeTrouble,
  isOfRequests,
} from './symptom-traits.ts';

/** Beyond so many a crowd tells nothing of one. */
const crowd = 200;

/** All links of a signal to others, in an order that the tables alone decide. */
export function findLinks(scope: Scope, signal: Signal, mayGuess: boolean): readonly Link[] {
  const search: Search = { scope, signal, entity: scope.graph.home(signal.entity) };
  return [
    ...sameEntity(search),
    ...alongCalls(search),
    ...alongReferences(search),
    ...ofNodes(search),
    ...ofNames(search),
    ...ofChanges(search),
    ...(mayGuess ? nearby(search) : []),
  ].filter((link) => link.other.signal.id !== signal.id);
}

interface Search {
  readonly scope: Scope;
  readonly signal: Signal;
  readonly entity: EntityRef;
}

function link(other: Placed, rule: RuleName, role: Role, path: readonly GraphEdge[] = [], hops = 0, weight = 1): Link {
  return { other, rule, role, hops, weight, path: path.map(edgeText) };
}

/** Those that live in an entity, by id. */
export function placedIn(scope: Scope, key: string): readonly Placed[] {
  return placed(scope, scope.byHome.get(key));
}

function placed(scope: Scope, ids: ReadonlySet<string> | undefined): readonly Placed[] {
  if (!ids) return [];
  const few = ids.size > 1 ? [...ids].sort().slice(0, crowd) : [...ids];
  return few.flatMap((id) => scope.members.get(id) ?? scope.loose.get(id) ?? []);
}

/** Trouble with a cause of its own explains what else its entity shows. */
function sameEntity({ scope, signal, entity: home }: Search): Link[] {
  return placedIn(scope, entityKey(home)).map((other) => {
    const [here, there] = [canBeVictim(signal.symptom), canBeVictim(other.signal.symptom)];
    return link(other, 'same-entity', here === there ? 'peer' : here ? 'victim' : 'cause');
  });
}

function alongCalls({ scope, signal, entity: home }: Search): Link[] {
  const callees = scope.graph.trace(home, 'callees', callHops);
  const callers = scope.graph.trace(home, 'callers', callHops);
  return [
    ...callees.flatMap((reached) => toCallee(scope, signal, reached)),
    ...callers.flatMap((reached) => toCaller(scope, signal, reached)),
    ...besideCallers(scope, signal, home, callers),
    ...throughBroker(scope, signal, home, callees, callers),
  ];
}

/** The signal's entity calls the other's. */
function toCallee(scope: Scope, signal: Signal, reached: Reached): Link[] {
  return placedIn(scope, entityKey(reached.entity)).flatMap((other) => {
    const made = (rule: RuleName, role: Role) => [link(other, rule, role, reached.path, reached.hops, reached.weight)];
    if (reached.hops === 0) return made('serves', 'victim');
    if (other.signal.symptom === 'traffic-lost' && reached.hops <= 2 && began(signal) < began(other.signal))
      return made('starved', 'cause');
    if (!canBeVictim(signal.symptom) || !harmsCallers(other.signal.symptom)) return [];
    return made(signal.symptom === 'traffic-lost' ? 'starved' : 'calls', 'victim');
  });
}

/** Lost traffic of a callee comes after the caller's trouble; where it came first it is the trouble. */
function began(signal: Signal): number {
  return Date.parse(signal.firstSeen);
}

/** The other's entity calls the signal's. */
function toCaller(scope: Scope, signal: Signal, reached: Reached): Link[] {
  return placedIn(scope, entityKey(reached.entity)).flatMap((other) => {
    const made = (rule: RuleName, role: Role) => [link(other, rule, role, reached.path, reached.hops, reached.weight)];
    if (reached.hops === 0) return made('serves', 'cause');
    if (signal.symptom === 'traffic-lost' && reached.hops <= 2 && began(other.signal) < began(signal))
      return made('starved', 'victim');
    if (!canBeVictim(other.signal.symptom) || !harmsCallers(signal.symptom)) return [];
    return made(other.signal.symptom === 'traffic-lost' ? 'starved' : 'calls', 'cause');
  });
}

/** A caller that shows nothing itself, harmed by one callee, leaves its other callees without traffic. */
function besideCallers(scope: Scope, signal: Signal, home: EntityRef, callers: readonly Reached[]): Link[] {
  const near = callers.filter((each) => each.hops === 1).slice(0, 20);
  return near.flatMap((caller) =>
    scope.graph
      .trace(caller.entity, 'callees', 1)
      .filter((each) => entityKey(each.entity) !== entityKey(home))
      .slice(0, 50)
      .flatMap((sibling) =>
        placedIn(scope, entityKey(sibling.entity)).flatMap((other): Link[] => {
          const path = [...caller.path, ...sibling.path];
          const starved = [signal, other.signal].filter((each) => each.symptom === 'traffic-lost');
          if (starved.length === 0) return [];
          const role = starved.length === 2 ? 'peer' : starved[0] === signal ? 'victim' : 'cause';
          return [link(other, 'starved-beside', role, path, 0, Math.min(caller.weight, sibling.weight))];
        }),
      ),
  );
}

/**
 * Who is called by nobody gets its work through what it calls: a queue, a log, a store. It misses the work, or gets bad work, when the
 * others at that queue are in trouble.
 */
function throughBroker(
  scope: Scope,
  signal: Signal,
  home: EntityRef,
  callees: readonly Reached[],
  callers: readonly Reached[],
): Link[] {
  if (!isOfRequests(signal.symptom)) return [];
  const consumes = callers.every((each) => each.hops === 0);
  const brokers = callees.filter((each) => each.hops === 1).slice(0, 20);
  return brokers.flatMap((broker) =>
    scope.graph
      .trace(broker.entity, 'callers', 1)
      .filter((each) => each.hops === 1 && entityKey(each.entity) !== entityKey(home))
      .slice(0, 50)
      .flatMap((peer) => {
        const found = placedIn(scope, entityKey(peer.entity)).filter((other) => isOfRequests(other.signal.symptom));
        if (found.length === 0) return [];
        const made = (role: Role) =>
          found.map((other) =>
            link(
              other,
              'through-broker',
              role,
              [...broker.path, ...peer.path],
              0,
              Math.min(broker.weight, peer.weight),
            ),
          );
        if (consumes) return made(isConsumer(scope, peer.entity) ? 'peer' : 'victim');
        return isConsumer(scope, peer.entity) ? made('cause') : [];
      }),
  );
}

function isConsumer(scope: Scope, entity: EntityRef): boolean {
  return scope.graph.trace(entity, 'callers', 1).every((each) => each.hops === 0);
}

const referenceRules: Readonly<Record<string, RuleName>> = {
  mounts: 'mounts',
  configures: 'configures',
  scales: 'scales',
};

/** Claims, config objects and autoscalers: edges other than calls, up to two in a row (workload → claim → class). */
function alongReferences({ scope, signal, entity: home }: Search): Link[] {
  const down = scope.graph.dependencies(home).flatMap((edge) => stepsDown(scope, edge));
  const up = scope.graph
    .dependants(home)
    .slice(0, crowd)
    .flatMap((edge) => stepsUp(scope, edge));
  return [
    ...down.flatMap(({ key, path, rule }) =>
      canComeOfVolume(signal.symptom) ? placedIn(scope, key).map((other) => link(other, rule, 'victim', path)) : [],
    ),
    ...up.flatMap(({ key, path, rule }) =>
      placedIn(scope, key)
        .filter((other) => canComeOfVolume(other.signal.symptom))
        .map((other) => link(other, rule, 'cause', path)),
    ),
  ];
}

interface Step {
  readonly key: string;
  readonly path: readonly GraphEdge[];
  readonly rule: RuleName;
}

function stepsDown(scope: Scope, edge: GraphEdge): Step[] {
  const rule = referenceRules[edge.type];
  if (!rule) return [];
  const further = edge.to.kind === 'PersistentVolumeClaim' ? scope.graph.dependencies(edge.to) : [];
  return [
    { key: entityKey(edge.to), path: [edge], rule },
    ...further.map((next) => ({ key: entityKey(next.to), path: [edge, next], rule })),
  ];
}

function stepsUp(scope: Scope, edge: GraphEdge): Step[] {
  const rule = referenceRules[edge.type];
  if (!rule) return [];
  const further = edge.from.kind === 'PersistentVolumeClaim' ? scope.graph.dependants(edge.from).slice(0, crowd) : [];
  return [
    { key: entityKey(edge.from), path: [edge], rule },
    ...further.map((next) => ({ key: entityKey(next.from), path: [edge, next], rule })),
  ];
}

function ofNodes(search: Search): Link[] {
  return search.entity.kind === 'Node' ? onThisNode(search) : underThisSignal(search);
}

/** A node's signal: whose pods run there, and shows what its node can do to it. */
function onThisNode({ scope, signal, entity: node }: Search): Link[] {
  const byAttribute = placed(scope, scope.byReference.get(`node|${node.name}`));
  const byGraph = scope.graph
    .dependants(node)
    .filter((edge) => edge.type === 'runs-on')
    .flatMap((edge) =>
      placedIn(scope, entityKey(edge.from)).filter((other) => nodesOf(scope, other.signal).has(node.name)),
    );
  const others = [...new Set([...byAttribute, ...byGraph])].filter((other) => other.signal.entity.kind !== 'Node');
  return others.flatMap((other) => nodeLink(signal, other, other.signal, 'cause'));
}

/** A workload's signal: the nodes that its pods run on. */
function underThisSignal({ scope, signal }: Search): Link[] {
  return [...nodesOf(scope, signal)].flatMap((node) =>
    placedIn(scope, entityKey(entity('Node', undefined, node))).flatMap((other) =>
      nodeLink(other.signal, other, signal, 'victim'),
    ),
  );
}

function nodeLink(node: Signal, other: Placed, pod: Signal, role: Role): Link[] {
  if (isNodeTrouble(node.symptom) && canComeOfNode(pod.symptom)) return [link(other, 'runs-on', role)];
  return isLoad(node.symptom) && isLoad(pod.symptom) ? [link(other, 'shares-load', 'peer')] : [];
}

/** The nodes that a signal was seen on: as it says, else those of its subjects, else all of its workload's. */
function nodesOf(scope: Scope, signal: Signal): ReadonlySet<string> {
  const told = signal.attributes.node;
  if (told) return new Set([told]);
  const subjects = signal.subjects.flatMap((subject) => nodesIn(scope.graph.facts(subject)?.refs));
  if (subjects.length > 0) return new Set(subjects);
  const all = scope.graph
    .dependencies(signal.entity)
    .flatMap((edge) => (edge.type === 'runs-on' ? [edge.to.name] : []));
  return new Set(all.slice(0, 20));
}

function nodesIn(refs: readonly { readonly type: string; readonly to: EntityRef }[] | undefined): string[] {
  return (refs ?? []).flatMap((ref) => (ref.type === 'runs-on' ? [ref.to.name] : []));
}

/** What both name: a missing secret, a full quota, a registry that fails; names that do not resolve. */
function ofNames({ scope, signal }: Search): Link[] {
  const references = referencesOf(signal);
  const shared = references.flatMap((reference) =>
    placed(scope, scope.byReference.get(reference)).map((other) => referenceLink(signal, other, reference)),
  );
  return [...shared, ...quotaOwners(scope, signal, references), ...ofNameService(scope, signal)];
}

function referenceLink(signal: Signal, other: Placed, reference: string): Link {
  if (!reference.startsWith('quota|')) return { ...link(other, 'same-reference', 'peer'), path: [reference] };
  const role = signal.symptom === other.signal.symptom ? 'peer' : signal.symptom === 'quota-full' ? 'cause' : 'victim';
  return { ...link(other, 'quota', role), path: [reference] };
}

/** A quota, or its namespace, that is full, and those that it refuses. */
function quotaOwners(scope: Scope, signal: Signal, references: readonly string[]): Link[] {
  const namespace = namespaceOf(signal);
  if (signal.symptom === 'quota-full') {
    const refused = placed(scope, scope.byNamespace.get(namespace)).filter(
      (each) => each.signal.symptom === 'create-refused',
    );
    return refused.filter((each) => namesQuota(each.signal, signal)).map((other) => link(other, 'quota', 'cause'));
  }
  if (signal.symptom !== 'create-refused' || !references.some((each) => each.startsWith('quota|'))) return [];
  return placed(scope, scope.byNamespace.get(namespace))
    .filter((each) => each.signal.symptom === 'quota-full' && namesQuota(signal, each.signal))
    .map((other) => link(other, 'quota', 'victim'));
}

/** The refused one names this quota, or the quota's signal does not say which it is. */
function namesQuota(refused: Signal, full: Signal): boolean {
  const named = referencesOf(refused).filter((each) => each.startsWith('quota|'));
  if (named.length === 0) return false;
  const own =
    full.entity.kind === 'ResourceQuota' ? [`quota|${namespaceOf(full)}/${full.entity.name}`] : referencesOf(full);
  const quotas = own.filter((each) => each.startsWith('quota|'));
  return quotas.length === 0 || quotas.some((each) => named.includes(each));
}

function ofNameService(scope: Scope, signal: Signal): Link[] {
  if (signal.symptom === 'dns-failed')
    return placed(scope, scope.byReference.get('blames|names')).map((other) => link(other, 'name-resolution', 'cause'));
  if (!blamesNames(signal)) return [];
  return placed(scope, scope.byReference.get('names|fail')).map((other) => link(other, 'name-resolution', 'victim'));
}

/** Others that depend on a config object which was changed shortly before this signal. */
function ofChanges({ scope, signal, entity: home }: Search): Link[] {
  const since = began(signal);
  return scope.graph.dependencies(home).flatMap((edge) => {
    const change = scope.changes.get(entityKey(edge.to));
    if (!change || !(edge.type === 'mounts' || edge.type === 'configures')) return [];
    const after = since - Date.parse(change.at);
    if (after < 0 || after > changeLasts) return [];
    return scope.graph.dependants(edge.to).flatMap((user) =>
      placedIn(scope, entityKey(user.from))
        .filter(
          (other) => other.home !== entityKey(home) && Date.parse(other.signal.firstSeen) >= Date.parse(change.at),
        )
        .map((other) => link(other, 'shared-change', 'peer', [edge, user])),
    );
  });
}

/** Where the graph knows nothing of one of them they may well be connected: unknown is not far. */
function nearby({ scope, signal, entity: home }: Search): Link[] {
  const namespace = namespaceOf(signal);
  if (namespace === '') return [];
  const known = scope.graph.knows(home);
  return placed(scope, scope.byNamespace.get(namespace))
    .filter((other) => !(known && scope.graph.knows(other.signal.entity)))
    .flatMap((other): Link[] => {
      const victim = canBeVictim(signal.symptom) && harmsCallers(other.signal.symptom);
      const cause = canBeVictim(other.signal.symptom) && harmsCallers(signal.symptom);
      if (!victim && !cause) return [];
      return [link(other, 'same-namespace', victim && cause ? 'peer' : victim ? 'victim' : 'cause')];
    });
}

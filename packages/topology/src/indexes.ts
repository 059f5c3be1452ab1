// What the graph looks things up by. All of it follows from the facts and declared calls alone, in whatever order these came.
import { type EntityRef, entityKey, type TopologyFacts } from '@winnow/contracts';
import { addressesOf } from './address.ts';
import { type MultiMap, multiMap } from './multi-map.ts';

export interface Known {
  readonly ref: EntityRef;
  readonly facts: TopologyFacts;
}

/** What is observed of the calls of an edge: the share that failed (0 to 1), the 99th percentile of their duration. */
export interface CallFigures {
  readonly errorRatio?: number | undefined;
  readonly latencyMs?: number | undefined;
}

/** Sets of keys by key. */
type Index = Omit<MultiMap, 'take' | 'clear'>;

/** Reading notes what was read, so that what was worked out from it can be dropped when it changes. */
export interface Indexes {
  size(): number;
  exists(key: string): boolean;
  /** The key of the object's owner. */
  owner(key: string): string | undefined;
  known(key: string): Known | undefined;
  /** Owner → the objects that collapse into it. */
  readonly parts: Index;
  /** `namespace/name` → workloads of that name. */
  readonly workloads: Index;
  /** Namespace → its workloads. */
  readonly residents: Index;
  /** `namespace|label=value` → objects with that label that selectors may match. */
  readonly labels: Index;
  /** `namespace|label=value`, `namespace|=value` → objects whose selector holds that; `namespace|` → those that select all. */
  readonly selectors: Index;
  /** An entity → the objects that refer to it. */
  readonly referrers: Index;
  /** `namespace/name` or `host` → the objects that name such a host. */
  readonly callers: Index;
  readonly declaredFrom: Index;
  readonly declaredTo: Index;
  /** `namespace/name` → entities of that name that something refers to, whatever kind it takes them for. */
  readonly mentioned: Index;
  /** A name → the Services and workloads of that name, in whatever namespace. */
  readonly bearers: Index;
  put(entity: EntityRef, facts: TopologyFacts): void;
  drop(entity: EntityRef): void;
  declare(from: EntityRef, to: EntityRef, figures?: CallFigures): void;
  undeclare(from: EntityRef, to: EntityRef): void;
  /** Of a declared call, by the keys of its ends. */
  figures(from: string, to: string): CallFigures | undefined;
}

/** Told of each thing that is read and each that changes, by one name for both. */
export interface Watch {
  onRead(thing: string): void;
  onChange(thing: string): void;
}

/** Kinds that stand for one another where only one of that name exists. */
export const namesakes = new Set(['Service', 'Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'Rollout']);
const notWorkloads = new Set(['Pod', 'Service', 'ConfigMap', 'NetworkPolicy', 'PodDisruptionBudget']);

/** What selectors and names find: Deployments and their like, and custom resources with a template. */
export function isWorkload({ ref, facts }: Known): boolean {
  return facts.labels !== undefined && !notWorkloads.has(ref.kind);
}

export function pairsOf(labels: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(labels).map(([key, value]) => `${key}=${value}`);
}

/** What a name without a namespace may mean. */
const isBearer = (known: Known): boolean => known.ref.kind === 'Service' || isWorkload(known);

type Change = 'add' | 'remove';

/** These stand for themselves, whoever made them: a claim that its StatefulSet owns, a Service that an operator made. */
const standAlone = new Set(
  'Service ConfigMap Secret NetworkPolicy PodDisruptionBudget HorizontalPodAutoscaler PersistentVolumeClaim PersistentVolume Ingress ServiceAccount Node Namespace'.split(
    ' ',
  ),
);

function ownerOf(known: Known | undefined): string | undefined {
  if (!known?.facts.owner || standAlone.has(known.ref.kind)) return undefined;
  return entityKey(known.facts.owner);
}

export function indexes(watch: Watch): Indexes {
  const objects = new Map<string, Known>();
  const figures = new Map<string, CallFigures>();
  const pairOf = (from: string, to: string) => `${from} ${to}`;
  const maps = {
    parts: watched('p', watch),
    workloads: watched('w', watch),
    residents: watched('n', watch),
    labels: watched('l', watch),
    selectors: watched('s', watch),
    referrers: watched('r', watch),
    callers: watched('c', watch),
    declaredFrom: watched('>', watch),
    declaredTo: watched('<', watch),
    mentioned: watched('m', watch),
    bearers: watched('b', watch),
  };

  function note(known: Known, other: Known | undefined, change: Change): void {
    const { ref, facts } = known;
    const key = entityKey(ref);
    const namespace = ref.namespace ?? '';
    const changed = (part: keyof TopologyFacts) => !isSame(facts[part], other?.facts[part]);
    const owner = ownerOf(known);
    if (owner !== undefined && owner !== ownerOf(other)) maps.parts[change](owner, key);
    if (isWorkload(known) && !(other && isWorkload(other))) {
      maps.workloads[change](`${namespace}/${ref.name}`, key);
      maps.residents[change](namespace, key);
    }
    if (isBearer(known) && !(other && isBearer(other))) maps.bearers[change](ref.name, key);
    if (changed('labels'))
      for (const pair of pairsOf(facts.labels ?? {})) maps.labels[change](`${namespace}|${pair}`, key);
    if (facts.selector && changed('selector'))
      for (const pair of selectorPairs(facts.selector)) maps.selectors[change](`${namespace}|${pair}`, key);
    if (changed('refs')) for (const each of facts.refs ?? []) refer(each.to, key, change);
    if (changed('hosts'))
      for (const each of facts.hosts ?? [])
        for (const address of addressesOf(each.host, namespace)) maps.callers[change](address, key);
  }

  function refer(to: EntityRef, from: string, change: Change): void {
    maps.referrers[change](entityKey(to), from);
    mention(to);
  }

  /** Once mentioned an entity stays so: there are not many, and what refers to it is looked up anyway. */
  function mention(ref: EntityRef): void {
    if (namesakes.has(ref.kind)) maps.mentioned.add(`${ref.namespace ?? ''}/${ref.name}`, entityKey(ref));
  }

  function replace(ref: EntityRef, next: Known | undefined): void {
    const key = entityKey(ref);
    const before = objects.get(key);
    if (next === before || (next && before && isSame(next.facts, before.facts))) return;
    if (before) note(before, next, 'remove');
    if (next) objects.set(key, next);
    else objects.delete(key);
    if (next) note(next, before, 'add');
    watch.onChange(`f${key}`);
    if (!next || !before || ownerOf(next) !== ownerOf(before)) watch.onChange(`o${key}`);
  }

  function read<V>(thing: string, value: V): V {
    watch.onRead(thing);
    return value;
  }

  return {
    ...maps,
    size: () => objects.size,
    exists: (key) => read(`o${key}`, objects.has(key)),
    owner: (key) => read(`o${key}`, ownerOf(objects.get(key))),
    known: (key) => read(`f${key}`, objects.get(key)),
    put: (ref, facts) => replace(ref, { ref, facts }),
    drop: (ref) => replace(ref, undefined),
    declare(from, to, seen) {
      const [one, other] = [entityKey(from), entityKey(to)];
      if (seen) figures.set(pairOf(one, other), seen);
      else figures.delete(pairOf(one, other));
      maps.declaredFrom.add(one, other);
      maps.declaredTo.add(other, one);
      mention(from);
      mention(to);
    },
    undeclare(from, to) {
      const [one, other] = [entityKey(from), entityKey(to)];
      figures.delete(pairOf(one, other));
      maps.declaredFrom.remove(one, other);
      maps.declaredTo.remove(other, one);
    },
    figures: (from, to) => figures.get(pairOf(from, to)),
  };
}

/** What a selector is found by: its pairs, its values alone; nothing where it selects all. */
function selectorPairs(selector: Readonly<Record<string, string>>): ReadonlySet<string> {
  const values = Object.values(selector).map((value) => `=${value}`);
  return new Set(values.length > 0 ? [...pairsOf(selector), ...values] : ['']);
}

function watched(name: string, watch: Watch): Index {
  const map = multiMap();
  return {
    add(key, value) {
      map.add(key, value);
      watch.onChange(name + key);
    },
    remove(key, value) {
      map.remove(key, value);
      watch.onChange(name + key);
    },
    get(key) {
      watch.onRead(name + key);
      return map.get(key);
    },
    has(key) {
      watch.onRead(name + key);
      return map.has(key);
    },
  };
}

/** Facts are plain JSON, written by one function: equal ones have equal texts. */
function isSame(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

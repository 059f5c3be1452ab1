// What the graph looks things up by. All of it follows from the facts and declared calls alone, in whatever order these came.
import { type EntityRef, entityKey, type TopologyFacts } from '@winnow/contracts';
import { addressesOf } from './address.ts';
import { type MultiMap, multiMap } from './multi-map.ts';

export interface Known {
  readonly ref: EntityRef;
  readonly facts: TopologyFacts;
}

export interface Indexes {
  readonly objects: ReadonlyMap<string, Known>;
  /** Owner → the objects that collapse into it. */
  readonly parts: MultiMap;
  /** `namespace/name` → workloads of that name. */
  readonly workloads: MultiMap;
  /** `namespace|label=value` → objects with that label that selectors may match. */
  readonly labels: MultiMap;
  /** `namespace|label=value` → objects whose selector holds that pair; `namespace|` those that select all. */
  readonly selectors: MultiMap;
  /** An entity → the objects that refer to it. */
  readonly referrers: MultiMap;
  /** `namespace/name` or `host` → the objects that name such a host. */
  readonly callers: MultiMap;
  readonly declaredFrom: MultiMap;
  readonly declaredTo: MultiMap;
  /** How many objects a namespace holds. */
  readonly namespaces: ReadonlyMap<string, number>;
  put(entity: EntityRef, facts: TopologyFacts): void;
  drop(entity: EntityRef): void;
  declare(from: EntityRef, to: EntityRef): void;
}

const notWorkloads = new Set(['Pod', 'Service', 'ConfigMap', 'NetworkPolicy', 'PodDisruptionBudget']);

/** What selectors and names find: Deployments and their like, and custom resources with a template. */
export function isWorkload({ ref, facts }: Known): boolean {
  return facts.labels !== undefined && !notWorkloads.has(ref.kind);
}

export function pairsOf(labels: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(labels).map(([key, value]) => `${key}=${value}`);
}

export function indexes(): Indexes {
  const objects = new Map<string, Known>();
  const namespaces = new Map<string, number>();
  const maps = {
    parts: multiMap(),
    workloads: multiMap(),
    labels: multiMap(),
    selectors: multiMap(),
    referrers: multiMap(),
    callers: multiMap(),
    declaredFrom: multiMap(),
    declaredTo: multiMap(),
  };

  function note(known: Known, change: 'add' | 'remove'): void {
    const { ref, facts } = known;
    const key = entityKey(ref);
    const namespace = ref.namespace ?? '';
    namespaces.set(namespace, (namespaces.get(namespace) ?? 0) + (change === 'add' ? 1 : -1));
    if (facts.owner) maps.parts[change](entityKey(facts.owner), key);
    if (isWorkload(known)) maps.workloads[change](`${namespace}/${ref.name}`, key);
    for (const pair of pairsOf(facts.labels ?? {})) maps.labels[change](`${namespace}|${pair}`, key);
    if (facts.selector) {
      const pairs = pairsOf(facts.selector);
      for (const pair of pairs.length > 0 ? pairs : ['']) maps.selectors[change](`${namespace}|${pair}`, key);
    }
    for (const each of facts.refs ?? []) maps.referrers[change](entityKey(each.to), key);
    for (const each of facts.hosts ?? [])
      for (const address of addressesOf(each.host, namespace)) maps.callers[change](address, key);
  }

  function drop(entity: EntityRef): void {
    const known = objects.get(entityKey(entity));
    if (!known) return;
    note(known, 'remove');
    objects.delete(entityKey(entity));
  }

  function put(ref: EntityRef, facts: TopologyFacts): void {
    drop(ref);
    const known = { ref, facts };
    objects.set(entityKey(ref), known);
    note(known, 'add');
  }

  function declare(from: EntityRef, to: EntityRef): void {
    maps.declaredFrom.add(entityKey(from), entityKey(to));
    maps.declaredTo.add(entityKey(to), entityKey(from));
  }

  return { ...maps, objects, namespaces, put, drop, declare };
}

// Which entities are near an incident, and how near: a walk over the dependency graph from its members.
import { type Edge, type EntityRef, entityKey, entityOfKey } from '@winnow/contracts';
import { MAX_DEPENDENTS } from './budget.ts';

/** The graph around one entity. An edge runs from what depends to what it depends on. */
export interface GraphView {
  dependencies(ref: EntityRef): readonly Edge[];
  dependents(ref: EntityRef): readonly Edge[];
  /** Objects whose owner, directly or at the top, this entity is: its pods and ReplicaSets. */
  owned(key: string): readonly string[];
  ownerOf(key: string): string | undefined;
}

/** Nearness: 0 a member, n what it needs n calls away, a tenth more for each other step (its pods, its settings), 1.5 what needs it directly. */
export interface Walk {
  readonly near: ReadonlyMap<string, number>;
  /** What depends on a member or on its family directly, keys in order. */
  readonly dependents: readonly string[];
}

const STEP = 0.1;
const DEPENDENT = 1.5;
/** Only these cost a hop; a selector, a mount or a setting belongs to what it is of. */
const hopTypes: ReadonlySet<string> = new Set(['calls', 'routes']);
/** A dependent through one of these stands in for its members: a Service for its pods. */
const standIns: ReadonlySet<string> = new Set(['selects', 'routes', 'scales']);

/** Walks from the members (keys of entities) at most `hops` calls towards what they need, and one call back. */
export function walk(view: GraphView, members: readonly string[], hops: number): Walk {
  const near = new Map<string, number>();
  const seeds = [...new Set(members)].sort();
  for (const seed of seeds) reach(seed, 0);
  const home = [...new Set(seeds.flatMap((seed) => [seed, ...familyOf(view, seed)]))];
  const dependents = dependentsOf(view, home);
  for (const key of dependents) note(key, DEPENDENT);
  for (const key of dependents) for (const kin of familyOf(view, key)) note(kin, DEPENDENT + STEP);
  return { near, dependents };

  /** Notes an entity, its family, and everything that they need. */
  function reach(key: string, at: number): void {
    if (Math.floor(at) > hops || !note(key, at)) return;
    for (const kin of familyOf(view, key)) if (note(kin, at + STEP)) follow(kin, at + STEP);
    follow(key, at);
  }

  function follow(key: string, at: number): void {
    for (const edge of view.dependencies(entityOfKey(key))) {
      if (edge.type !== 'owns') reach(entityKey(edge.to), at + (hopTypes.has(edge.type) ? 1 : STEP));
    }
  }

  /** True where this is the nearest way so far. */
  function note(key: string, at: number): boolean {
    const known = near.get(key);
    if (known !== undefined && known <= at) return false;
    near.set(key, at);
    return true;
  }
}

/** What it owns and what owns it. */
function familyOf(view: GraphView, key: string): readonly string[] {
  const owner = view.ownerOf(key);
  return owner === undefined ? view.owned(key) : [owner, ...view.owned(key)];
}

/** Who depends on these directly; a Service, an Ingress or an autoscaler in between does not count as a step. */
function dependentsOf(view: GraphView, home: readonly string[]): readonly string[] {
  const found = new Set<string>();
  const open = [...home];
  const seen = new Set(open);
  for (let key = open.shift(); key !== undefined; key = open.shift()) {
    for (const edge of view.dependents(entityOfKey(key)).slice(0, MAX_DEPENDENTS)) {
      const from = entityKey(edge.from);
      if (edge.type === 'owns' || seen.has(from)) continue;
      seen.add(from);
      found.add(from);
      if (standIns.has(edge.type)) open.push(from);
    }
  }
  return [...found].sort();
}

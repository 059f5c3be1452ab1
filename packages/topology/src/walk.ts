// Walks over the graph, bounded, in an order that does not depend on insertion.
import { type EntityRef, entityKey, entityOfKey } from '@winnow/contracts';
import type { GraphEdge } from './edges.ts';

/** An entity that a walk came to. */
export interface Reached {
  readonly entity: EntityRef;
  /** Calls between: a hop through a Service to what it selects costs nothing. */
  readonly hops: number;
  /** The edges from the start to the entity. */
  readonly path: readonly GraphEdge[];
  /** The least weight on the path. */
  readonly weight: number;
}

export interface Neighbourhood {
  readonly entities: readonly EntityRef[];
  readonly edges: readonly GraphEdge[];
}

type EdgesOf = (key: string) => readonly GraphEdge[];

/** A walk ends after so many entities: beyond them a hub tells nothing. */
const traceLimit = 1000;
const cost = { calls: 1, routes: 1, selects: 0 } as Readonly<Record<string, number>>;

/** Entities along calls, nearest first, the start itself left out. */
export function trace(
  start: string,
  hops: number,
  edgesOf: EdgesOf,
  direction: 'callees' | 'callers',
): readonly Reached[] {
  const seen = new Set([start]);
  const reached: Reached[] = [];
  let level: Reached[] = [{ entity: entityOfKey(start), hops: 0, path: [], weight: 1 }];
  for (let hop = 0; hop <= hops && level.length > 0; hop++) {
    const next: Reached[] = [];
    // `level` grows while it is walked: what a selector adds belongs to the same hop.
    for (const here of level) {
      if (hop > 0 || here.path.length > 0) reached.push(here);
      if (reached.length >= traceLimit) return reached;
      for (const edge of edgesOf(entityKey(here.entity))) {
        const price = cost[edge.type];
        const other = direction === 'callees' ? edge.to : edge.from;
        if (price === undefined || seen.has(entityKey(other))) continue;
        if (hop + price > hops) continue;
        seen.add(entityKey(other));
        const there = {
          entity: other,
          hops: hop + price,
          path: [...here.path, edge],
          weight: Math.min(here.weight, edge.weight),
        };
        (price === 0 ? level : next).push(there);
      }
    }
    level = next;
  }
  return reached;
}

/** Breadth first over all edges, both ways. */
export function neighbourhood(
  start: string,
  hops: number,
  limit: number,
  outOf: EdgesOf,
  inOf: EdgesOf,
): Neighbourhood {
  const seen = new Set([start]);
  let level = [start];
  for (let hop = 0; hop < hops && seen.size < limit; hop++) {
    const next: string[] = [];
    for (const key of level)
      for (const other of othersOf(key, outOf, inOf)) {
        if (seen.has(other) || seen.size >= limit) continue;
        seen.add(other);
        next.push(other);
      }
    level = next;
  }
  const entities = [...seen];
  const edges = entities.flatMap((key) => outOf(key).filter((edge) => seen.has(entityKey(edge.to))));
  return { entities: entities.map(entityOfKey), edges };
}

function* othersOf(key: string, outOf: EdgesOf, inOf: EdgesOf): Iterable<string> {
  for (const edge of outOf(key)) yield entityKey(edge.to);
  for (const edge of inOf(key)) yield entityKey(edge.from);
}

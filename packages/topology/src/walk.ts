// Walks over the graph, bounded, in an order that does not depend on insertion.
import { type EntityRef, entityOfKey } from '@winnow/contracts';
import type { GraphEdge, Link } from './edges.ts';

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

/** Where a walk stands: the entity's key, and the step that it came by. */
interface Step {
  readonly key: string;
  readonly hops: number;
  readonly weight: number;
  readonly link?: Link;
  readonly from?: Step;
}

type LinksOf = (key: string) => readonly Link[];
export type Direction = 'callees' | 'callers';

/** A walk ends after so many entities: beyond them a hub tells nothing. */
const traceLimit = 400;
const cost = { calls: 1, routes: 1, selects: 0 } as Readonly<Record<string, number>>;

/** Entities along calls, nearest first, the start itself left out. */
export function trace(start: string, hops: number, linksOf: LinksOf, direction: Direction): readonly Reached[] {
  const seen = new Set([start]);
  const reached: Step[] = [];
  let level: Step[] = [{ key: start, hops: 0, weight: 1 }];
  for (let hop = 0; hop <= hops && level.length > 0; hop++) {
    const next: Step[] = [];
    // `level` grows while it is walked: what a selector adds belongs to the same hop.
    for (const here of level) {
      if (here.from) reached.push(here);
      if (reached.length >= traceLimit) return reached.map((step) => reachedBy(step, direction));
      for (const link of linksOf(here.key)) {
        const price = cost[link.type];
        if (price === undefined || hop + price > hops || seen.has(link.other)) continue;
        seen.add(link.other);
        const weight = Math.min(here.weight, link.weight);
        (price === 0 ? level : next).push({ key: link.other, hops: hop + price, weight, link, from: here });
      }
    }
    level = next;
  }
  return reached.map((step) => reachedBy(step, direction));
}

/** Its path is spelt out only when it is asked for: most that a walk comes to are passed over. */
function reachedBy(step: Step, direction: Direction): Reached {
  return {
    entity: entityOfKey(step.key),
    hops: step.hops,
    weight: step.weight,
    get path() {
      const path: GraphEdge[] = [];
      for (let at: Step = step; at.from && at.link; at = at.from)
        path.unshift(direction === 'callees' ? edgeOf(at.from.key, at.link) : edgeTo(at.from.key, at.link));
      return path;
    },
  };
}

/** The edge of a link that leads out of an entity. */
export function edgeOf(from: string, { other, type, learned, weight }: Link): GraphEdge {
  return { from: entityOfKey(from), to: entityOfKey(other), type, learned, weight };
}

/** The edge of a link that leads into an entity. */
export function edgeTo(to: string, { other, type, learned, weight }: Link): GraphEdge {
  return { from: entityOfKey(other), to: entityOfKey(to), type, learned, weight };
}

/** Breadth first over all edges, both ways. */
export function neighbourhood(
  start: string,
  hops: number,
  limit: number,
  outOf: LinksOf,
  inOf: LinksOf,
): Neighbourhood {
  const seen = new Set([start]);
  let level = [start];
  for (let hop = 0; hop < hops && seen.size < limit; hop++) {
    const next: string[] = [];
    for (const key of level)
      for (const links of [outOf(key), inOf(key)])
        for (const { other } of links) {
          if (seen.size >= limit || seen.has(other)) continue;
          seen.add(other);
          next.push(other);
        }
    level = next;
  }
  const keys = [...seen];
  const edges = keys.flatMap((key) => outOf(key).flatMap((link) => (seen.has(link.other) ? [edgeOf(key, link)] : [])));
  return { entities: keys.map(entityOfKey), edges };
}

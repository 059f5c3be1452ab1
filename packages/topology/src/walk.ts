// Walks over the graph, bounded, in an order that does not depend on insertion.
import { type EntityRef, entityOfKey } from '@winnow/contracts';
import type { GraphEdge, Link } from './edges.ts';

/** An entity that a walk came to. */
export interface Reached {
  /** Its key. */
  readonly key: string;
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

/** Where nothing else is asked for a walk ends after so many entities: beyond them a hub tells nothing. */
export const traceLimit = 400;
/** What following a link costs in hops; undefined where a walk along calls does not follow it. */
const priceOf = (type: string): number | undefined =>
  type === 'selects' ? 0 : type === 'calls' || type === 'routes' ? 1 : undefined;

/** Entities along calls, nearest first, the start itself left out. */
export function trace(
  start: string,
  hops: number,
  linksOf: LinksOf,
  direction: Direction,
  limit: number,
): readonly Reached[] {
  const seen = new Set([start]);
  const reached: Step[] = [];
  let level: Step[] = [{ key: start, hops: 0, weight: 1 }];
  for (let hop = 0; hop <= hops && level.length > 0; hop++) {
    const next: Step[] = [];
    // `level` grows while it is walked: what a selector adds belongs to the same hop.
    for (const here of level) {
      if (here.from) reached.push(here);
      if (reached.length >= limit) return reached.map((step) => reachedBy(step, direction));
      for (const link of linksOf(here.key)) {
        const price = priceOf(link.type);
        // Who would stand behind so many others is not reached anyway.
        if (price === undefined || (price > 0 && next.length >= limit)) continue;
        if (hop + price > hops || seen.has(link.other)) continue;
        seen.add(link.other);
        const weight = Math.min(here.weight, link.weight);
        (price === 0 ? level : next).push({ key: link.other, hops: hop + price, weight, link, from: here });
      }
    }
    level = next;
  }
  return reached.map((step) => reachedBy(step, direction));
}

/** The entity and its path are spelt out only when they are asked for: most that a walk comes to are passed over. */
function reachedBy(step: Step, direction: Direction): Reached {
  return {
    key: step.key,
    hops: step.hops,
    weight: step.weight,
    get entity() {
      return entityOfKey(step.key);
    },
    get path() {
      const path: GraphEdge[] = [];
      for (let at: Step = step; at.from && at.link; at = at.from)
        path.unshift(direction === 'callees' ? edgeOf(at.from.key, at.link) : edgeTo(at.from.key, at.link));
      return path;
    },
  };
}

/** The edge of a link that leads out of an entity. */
export function edgeOf(from: string, { other, ...link }: Link): GraphEdge {
  return { from: entityOfKey(from), to: entityOfKey(other), ...edgePart(link) };
}

/** The edge of a link that leads into an entity. */
export function edgeTo(to: string, { other, ...link }: Link): GraphEdge {
  return { from: entityOfKey(other), to: entityOfKey(to), ...edgePart(link) };
}

function edgePart({
  type,
  learned,
  weight,
  errorRatio,
  latencyMs,
}: Omit<Link, 'other'>): Omit<GraphEdge, 'from' | 'to'> {
  return {
    type,
    learned,
    weight,
    ...(errorRatio !== undefined && { errorRatio }),
    ...(latencyMs !== undefined && { latencyMs }),
  };
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

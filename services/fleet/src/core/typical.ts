// How many clusters share a thing of some kind in an ordinary hour: a fleet runs the same everywhere, and what often fails often fails
// in several clusters.
import type { FleetConfig } from '../config.ts';
import type { Candidate } from './candidates.ts';
import { causeOfKey } from './causes.ts';
import { clustersOf } from './runs.ts';

interface Peer {
  readonly cause: string;
  readonly clusters: number;
  readonly from: number;
  readonly to: number;
}

/** Of a candidate that only hints: the median of the others of its kind that began at that time; 0 where there is none. */
export function createTypical(candidates: readonly Candidate[], config: FleetConfig): (candidate: Candidate) => number {
  const hinting = candidates.filter(({ telling }) => !telling).map(toPeer);
  const byKind = Map.groupBy(hinting, ({ cause }) => causeOfKey(cause).kind);
  return (candidate) => {
    const own = toPeer(candidate);
    const others = (byKind.get(causeOfKey(candidate.cause).kind) ?? []).filter(
      ({ cause, from, to }) => cause !== own.cause && from <= own.to + config.window && to >= own.from - config.window,
    );
    const counts = others.map(({ clusters }) => clusters).sort((a, b) => a - b);
    return counts[Math.floor(counts.length / 2)] ?? 0;
  };
}

function toPeer({ cause, sharers }: Candidate): Peer {
  const [first, last] = [sharers[0], sharers.at(-1)];
  return { cause, clusters: clustersOf(sharers).size, from: first?.from ?? 0, to: last?.from ?? 0 };
}

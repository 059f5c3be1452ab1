// Competing hypotheses are compared: each by its own clues, by how much it explains, and by what lies deeper.
import { entityKey } from '@winnow/contracts';
import { type Clue, clue, placeOf } from '../clue.ts';
import type { Candidate } from '../mode.ts';
import type { World } from '../world/world.ts';
import { coverageOf } from './coverage.ts';

export interface Ranked {
  readonly candidate: Candidate;
  readonly score: number;
  readonly coverage: number;
  /** Reasons against, those found by comparison included. */
  readonly against: readonly Clue[];
}

/** Belief that a candidate needs before others yield to it. */
const SOLID = 0.5;
const COVERAGE_SHARE = 0.5;

/** Candidates that explain something of the incident, best first. */
export function rank(world: World, candidates: readonly Candidate[]): readonly Ranked[] {
  const relevant = strongest(candidates)
    .map((candidate) => ({ candidate, coverage: coverageOf(world, candidate) }))
    .filter((each) => each.coverage > 0);
  const all = relevant.map((each) => each.candidate);
  return relevant
    .map(({ candidate, coverage }): Ranked => {
      const deeper = deeperCause(world, candidate, all);
      const factor = 1 - COVERAGE_SHARE + COVERAGE_SHARE * coverage;
      return {
        candidate,
        coverage,
        score: candidate.own * factor * (deeper ? 1 - deeper.weight : 1),
        against: deeper ? [...candidate.against, deeper] : candidate.against,
      };
    })
    .sort(
      (a, b) =>
        b.score - a.score ||
        compare(entityKey(a.candidate.entity), entityKey(b.candidate.entity)) ||
        compare(a.candidate.id, b.candidate.id),
    );
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** One candidate for each mode and entity: the one with the most belief. */
function strongest(candidates: readonly Candidate[]): readonly Candidate[] {
  const best = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const key = `${candidate.id}|${entityKey(candidate.entity)}`;
    const known = best.get(key);
    if (!known || (candidate.guess === known.guess ? candidate.own > known.own : known.guess)) best.set(key, candidate);
  }
  return [...best.values()];
}

/** Something that is really wrong where this one could come from: the victim yields to it. */
function deeperCause(world: World, candidate: Candidate, all: readonly Candidate[]): Clue | undefined {
  if (candidate.depth === 0) return undefined;
  const key = entityKey(candidate.entity);
  const reach = world.graph.reach(key);
  const deeper = all
    .filter((other) => other !== candidate && other.own >= SOLID && other.depth < candidate.depth)
    .filter((other) => reach.has(entityKey(other.entity)) || other.victims.has(key))
    .sort((a, b) => b.own - a.own)[0];
  if (!deeper) return undefined;
  const where = entityKey(deeper.entity) === key ? '' : `${placeOf(deeper.entity)}: `;
  return clue(0.6, `what is seen goes deeper: ${where}${deeper.headline}`, ...(deeper.supporting[0]?.evidence ?? []));
}

// Which incidents are one: every incident goes to the cause that explains most. A function of what is known, whatever came first.
import type { FleetConfig } from '../config.ts';
import { type Background, type Candidate, type Verdict, weigh } from './candidates.ts';
import { causeOfKey, specificity } from './causes.ts';
import type { Sharer } from './runs.ts';
import { createTypical } from './typical.ts';
import type { Usage } from './usage.ts';

export interface Link extends Verdict {
  readonly cause: string;
  readonly sharers: readonly Sharer[];
  /** Further causes that most of them share. */
  readonly also: readonly string[];
}

/** Of a further cause: the share of the members that have it. */
const MOST = 0.8;

export function linkIncidents(candidates: readonly Candidate[], usage: Usage, config: FleetConfig): Link[] {
  const background = { usage, typical: createTypical(candidates, config) };
  let open = weighAll(candidates, background, config);
  const links: Link[] = [];
  while (open.length > 0) {
    const [best] = open.sort(byGain) as [Weighed];
    const taken = new Set(best.candidate.sharers.map(({ id }) => id));
    links.push(toLink(best, candidates, taken));
    // Only those that lose members are weighed anew.
    open = open.slice(1).flatMap((each) => without(each, taken, background, config));
  }
  return links;
}

interface Weighed {
  readonly candidate: Candidate;
  readonly verdict: Verdict;
}

function weighAll(candidates: readonly Candidate[], background: Background, config: FleetConfig): Weighed[] {
  return candidates.flatMap((candidate) => {
    const verdict = weigh(candidate, background, config);
    return verdict ? [{ candidate, verdict }] : [];
  });
}

function without(each: Weighed, taken: ReadonlySet<string>, background: Background, config: FleetConfig): Weighed[] {
  const { candidate } = each;
  const left = candidate.sharers.filter(({ id }) => !taken.has(id));
  if (left.length === candidate.sharers.length) return [each];
  return left.length < 2 ? [] : weighAll([{ ...candidate, sharers: left }], background, config);
}

function byGain(one: Weighed, other: Weighed): number {
  if (Math.abs(one.verdict.gain - other.verdict.gain) > 1e-9) return other.verdict.gain - one.verdict.gain;
  const [a, b] = [one.candidate, other.candidate];
  const rank = specificity(causeOfKey(a.cause).kind) - specificity(causeOfKey(b.cause).kind);
  if (rank !== 0) return rank;
  if (a.cause !== b.cause) return a.cause < b.cause ? -1 : 1;
  return (a.sharers[0]?.id ?? '') < (b.sharers[0]?.id ?? '') ? -1 : 1;
}

function toLink({ candidate, verdict }: Weighed, all: readonly Candidate[], taken: ReadonlySet<string>): Link {
  const { cause, sharers } = candidate;
  const also = all
    .filter((each) => each.cause !== cause && shared(each, taken) >= MOST * taken.size)
    .map((each) => each.cause);
  return { ...verdict, cause, sharers, also: [...new Set(also)].sort() };
}

const shared = ({ sharers }: Candidate, ids: ReadonlySet<string>) => sharers.filter(({ id }) => ids.has(id)).length;

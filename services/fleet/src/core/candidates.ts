// Groups of incidents that may have one cause: those that share something telling while they overlap, and those that share something rare
// and begin together.
import type { FleetConfig } from '../config.ts';
import { causeOfKey, HINTING, isPartition, TELLING, usualShare } from './causes.ts';
import { noisyOr, tailOf } from './chance.ts';
import { beginningNear, beginningTogether, clustersOf, overlapping, type Sharer } from './runs.ts';
import type { Usage } from './usage.ts';

export interface Candidate {
  /** The cause that they share. */
  readonly cause: string;
  readonly sharers: readonly Sharer[];
  /** Some of them say by themselves what is at fault. */
  readonly telling: boolean;
}

export interface Verdict {
  readonly score: number;
  /** How much of all that is wrong it explains. */
  readonly gain: number;
  readonly why: string;
}

/** What those that share a cause may be grouped into; one group of two clusters at least. @param sharers by onset. */
export function candidatesOf(cause: string, sharers: readonly Sharer[], config: FleetConfig): Candidate[] {
  const telling = sharers.filter(({ weight }) => weight >= TELLING);
  const hinting = sharers.filter(({ weight }) => weight < TELLING && weight >= HINTING);
  const sure = overlapping(telling, config.window)
    .filter((run) => clustersOf(run).size > 1)
    .map((run) => [...run, ...beginningNear(hinting, run, config.window)])
    .map((run) => ({ cause, sharers: run, telling: true }));
  if (hinting.length === 0) return sure;
  const taken = new Set(sure.flatMap((each) => each.sharers.map(({ id }) => id)));
  const left = sharers.filter(({ id, weight }) => !taken.has(id) && weight >= HINTING);
  const likely = beginningTogether(left, config.window)
    .filter((run) => clustersOf(run).size > 1)
    .map((run) => ({ cause, sharers: run, telling: false }));
  return [...sure, ...likely];
}

/** What candidates are weighed against. */
export interface Background {
  readonly usage: Usage;
  /** Of a candidate that only hints: in how many clusters others of its kind are at that time. */
  typical(candidate: Candidate): number;
}

/** Weighs how surely these are one; undefined where they are not linked. */
export function weigh(candidate: Candidate, background: Background, config: FleetConfig): Verdict | undefined {
  const { sharers, telling, cause } = candidate;
  const best = bestWeights(sharers);
  const count = best.size;
  if (count < 2) return undefined;
  const sure = noisyOr(best.values());
  if (sure < config.linkScore) return undefined;
  const share = usualShareOf(candidate, count, background, config);
  const score = telling ? sure * (1 - share.usual) : sure * (1 - share.chance);
  if (telling ? share.usual > config.commonplace : share.chance > config.byChance) return undefined;
  if (score < config.linkScore) return undefined;
  const gain = [...best.values()].reduce((sum, weight) => sum + weight, 0) * (1 - share.usual);
  return { score: Math.round(score * 100) / 100, gain, why: whyOf(cause, count, share, telling) };
}

/** The surest of each cluster. */
function bestWeights(sharers: readonly Sharer[]): ReadonlyMap<string, number> {
  const best = new Map<string, number>();
  for (const { row, weight } of sharers) best.set(row.cluster, Math.max(best.get(row.cluster) ?? 0, weight));
  return best;
}

interface Share {
  /** The share of other incidents that have it. */
  readonly usual: number;
  readonly others: number;
  readonly expected: number;
  readonly chance: number;
}

/** So many incidents are made up before any is known. */
const PRIOR = 10;

function usualShareOf(candidate: Candidate, count: number, background: Background, config: FleetConfig): Share {
  const { cause, sharers, telling } = candidate;
  const { usage, typical } = background;
  const { kind } = causeOfKey(cause);
  const onsets = sharers.map(({ from }) => from);
  const [from, to] = [Math.min(...onsets) - config.window, Math.max(...onsets) + config.window];
  const ofKind = usage.count(kind, from, to);
  const ofCause = usage.count(cause, from, to);
  const elsewhere = isPartition(kind) ? 0 : ofKind.within - ofCause.within;
  const others = ofKind.outside + elsewhere;
  const prior = telling ? 0.05 : usualShare(kind);
  const usual = (ofCause.outside + PRIOR * prior) / (others + PRIOR);
  // Trouble comes in clumps: what is twice the usual is nothing to be surprised at.
  const expected = Math.max(usual * Math.max(count, ofKind.within), telling ? 0 : 2 * typical(candidate));
  return { usual, others, expected, chance: tailOf(count, expected) };
}

function whyOf(cause: string, count: number, { usual, others, expected }: Share, telling: boolean): string {
  const { kind } = causeOfKey(cause);
  const rare =
    others > 0 ? `${percent(usual)} of ${others} other incidents with a known ${kind} have it` : 'it is new to them';
  return telling
    ? `${count} clusters blame the same ${kind} at the same time; ${rare}`
    : `${count} clusters in trouble have the same ${kind} and began together, where ${expected.toFixed(1)} were to be expected`;
}

const percent = (share: number) => (share < 0.01 ? 'less than 1 %' : `${Math.round(share * 100)} %`);

// The rate budget of one cluster: a bucket that fills by the rate and holds the burst. Pure; time is passed in.
import { type LoadRank, loadRanks, type RankCounts } from '@winnow/contracts';

export interface BudgetLimits {
  /** Items a second. */
  readonly rate: number;
  /** Items. */
  readonly burst: number;
}

/** Changed in place: one row is read with every request. */
export interface Budget {
  tokens: number;
  /** Milliseconds, on a clock that never goes back. */
  at: number;
}

/**
 * How far the bucket may be emptied by each rank, in shares of the burst. What is graver may overdraw it, and what is less grave
 * waits until that is made good; repeats stop early, so that what is new finds room.
 */
const floors: Readonly<Record<LoadRank, number>> = {
  control: -0.5,
  critical: -0.25,
  warning: -0.125,
  other: 0,
  repeat: 0.25,
};

export const openBudget = ({ burst }: BudgetLimits, now: number): Budget => ({ tokens: burst, at: now });

export function refill(budget: Budget, { rate, burst }: BudgetLimits, now: number): void {
  if (now <= budget.at) return;
  budget.tokens = Math.min(burst, budget.tokens + (rate * (now - budget.at)) / 1000);
  budget.at = now;
}

/** Takes all where there is room for it whatever it is; false, and nothing is taken, where its ranks have to be looked at. */
export function takeFreely(budget: Budget, limits: BudgetLimits, count: number, now: number): boolean {
  refill(budget, limits, now);
  if (budget.tokens - count < limits.burst * floors.repeat) return false;
  budget.tokens -= count;
  return true;
}

/** Takes what there is room for, the gravest first. @returns how many of each rank. */
export function takeByRank(budget: Budget, limits: BudgetLimits, wanted: RankCounts, now: number): RankCounts {
  refill(budget, limits, now);
  const taken: Record<LoadRank, number> = { control: 0, critical: 0, warning: 0, other: 0, repeat: 0 };
  for (const rank of loadRanks) {
    const room = Math.floor(budget.tokens - limits.burst * floors[rank]);
    taken[rank] = Math.max(0, Math.min(wanted[rank], room));
    budget.tokens -= taken[rank];
  }
  return taken;
}

/** Takes all as soon as anything is left at all: of a source that waits by itself. False, and nothing is taken, before. */
export function takeInTurn(budget: Budget, limits: BudgetLimits, count: number, now: number): boolean {
  refill(budget, limits, now);
  if (budget.tokens <= 0) return false;
  budget.tokens -= count;
  return true;
}

/** True where there is no room for the gravest either. */
export function isSpent(budget: Budget, limits: BudgetLimits, now: number): boolean {
  refill(budget, limits, now);
  return budget.tokens - limits.burst * floors.control < 1;
}

/** Seconds. Nobody is asked to stay away for longer: the budget fills again meanwhile. */
const WAIT_LONGEST = 60;

/** In how many seconds so many items of a rank will find room. */
export function waitFor(budget: Budget, { rate, burst }: BudgetLimits, rank: LoadRank, count = 1): number {
  const missing = burst * floors[rank] + Math.min(count, burst / 2) - budget.tokens;
  return Math.min(WAIT_LONGEST, Math.max(0, missing / rate));
}

// What of an arrival is taken now: all of it in the usual case; where its cluster is over its budget, what is gravest and new.
import { type LoadRank, loadRanks, type RankCounts, rankOf } from '@winnow/contracts';
import type { ClusterBudgets, ClusterScope } from './cluster-budgets.ts';
import { createRecentItems, type ItemLists } from './recent-items.ts';

/** What is taken of an arrival for which there is not room for everything. */
export interface Share {
  /** In the order in which they came. */
  readonly lists: ItemLists;
  /** How many were not taken, by rank. */
  readonly left: RankCounts;
  /** Seconds until the rest may find room. */
  readonly retryAfter: number;
}

export interface Admission {
  readonly budgets: ClusterBudgets;
  /** Undefined where all is taken. `now` in milliseconds, on a clock that never goes back. */
  admit(scope: ClusterScope, lists: ItemLists, now: number): Share | undefined;
  /** Where nothing at all would be taken now: in how many seconds it is worth to try again. */
  refusal(scope: ClusterScope, now: number): { readonly retryAfter: number } | undefined;
}

export function createAdmission(budgets: ClusterBudgets): Admission {
  const recent = createRecentItems();

  /** Only a cluster that is short of room has its items looked at. */
  function share(scope: ClusterScope, lists: ItemLists, now: number): Share | undefined {
    const isRepeat = recent.of(scope, now);
    const ranks = lists.map((items) => items.map((item) => (isRepeat(item) ? 'repeat' : rankOf(item))));
    const wanted = countRanks(ranks.flat());
    const room = { ...budgets.takeByRank(scope, wanted, now) };
    const left = Object.fromEntries(loadRanks.map((rank) => [rank, wanted[rank] - room[rank]])) as RankCounts;
    const taken = lists.map((items, list) => items.filter((_, at) => room[ranks[list]![at]!]-- > 0));
    recent.note(scope, taken);
    const gravest = loadRanks.find((rank) => left[rank] > 0);
    if (gravest === undefined) return undefined;
    const retryAfter = budgets.waitFor(scope, gravest, left[gravest], now);
    return { lists: taken.filter((items) => items.length > 0), left, retryAfter };
  }

  return {
    budgets,
    admit(scope, lists, now) {
      const count = lists.reduce((sum, items) => sum + items.length, 0);
      return budgets.takeFreely(scope, count, now) ? undefined : share(scope, lists, now);
    },
    refusal(scope, now) {
      if (!budgets.isSpent(scope, now)) return undefined;
      return { retryAfter: budgets.waitFor(scope, 'control', 1, now) };
    },
  };
}

function countRanks(ranks: readonly LoadRank[]): RankCounts {
  const counts: Record<LoadRank, number> = { control: 0, critical: 0, warning: 0, other: 0, repeat: 0 };
  for (const rank of ranks) counts[rank]++;
  return counts;
}

export const sumOfRanks = (counts: RankCounts): number => loadRanks.reduce((sum, rank) => sum + counts[rank], 0);

// The rate budgets of all clusters that an intake hears of, and whether they bind now.
import { type LoadRank, type RankCounts, type RateSettings, USUAL_RATE } from '@winnow/contracts';
import {
  type Budget,
  type BudgetLimits,
  isSpent,
  openBudget,
  takeByRank,
  takeFreely,
  takeInTurn,
  waitFor,
} from './cluster-budget.ts';

/** Whose arrivals they are. */
export interface ClusterScope {
  readonly tenant: string;
  readonly cluster: string;
}

/** How far the flow is behind, in items that are durable and not decided yet. */
export interface FlowLoad {
  pendingItems(): number;
  pendingOf(scope: ClusterScope): number;
  /** Milliseconds that the oldest of them has waited; 0 where none waits. */
  oldestAge(): number;
}

export interface ClusterBudgets {
  /** True where all is taken, whatever it is: the usual way, one look at one row. */
  takeFreely(scope: ClusterScope, count: number, now: number): boolean;
  /** Takes what there is room for, the gravest first. */
  takeByRank(scope: ClusterScope, wanted: RankCounts, now: number): RankCounts;
  /** For sources that wait by themselves: true where all is taken now. */
  takeInTurn(scope: ClusterScope, count: number, now: number): boolean;
  /** True where nothing at all would be taken now. */
  isSpent(scope: ClusterScope, now: number): boolean;
  /** In how many seconds so many items of a rank will find room. */
  waitFor(scope: ClusterScope, rank: LoadRank, count: number, now: number): number;
}

export interface OpenBudgets {
  readonly settings: RateSettings;
  /** Where it is known how far the flow is behind; elsewhere the rate alone counts. */
  readonly load?: FlowLoad;
  /** At most so many clusters have a budget of their own (default 5,000). */
  readonly bound?: number;
}

/** Items that may wait in all. */
export const MOST_PENDING = 500_000;
/** Milliseconds: what waits no longer is kept up with, and nobody gains by holding anybody back. */
const KEEPS_UP = 500;
/** Items of a cluster that are never much, whatever share of all that waits they are. */
const FEW = 500;
/** Seconds after which it is worth to try again where too much waits, and where the others have to come through first. */
const BEHIND = 5;
const LET_OTHERS = 2;

const none: RankCounts = { control: 0, critical: 0, warning: 0, other: 0, repeat: 0 };

/** Time is passed in, in milliseconds on a clock that never goes back. */
export function createClusterBudgets({ settings, load, bound = 5_000 }: OpenBudgets): ClusterBudgets {
  const limits = limitsOf(settings);
  const isLenient = settings.WINNOW_CLUSTER_RATE === 'auto' && load !== undefined;
  const budgets = new Map<string, Budget>();

  /** Of clusters beyond the bound there is one for all. */
  function budgetOf({ tenant, cluster }: ClusterScope, now: number): Budget {
    const key = `${tenant}/${cluster}`;
    const own = budgets.has(key) || budgets.size < bound || dropIdle(now) ? key : OTHERS;
    const budget = budgets.get(own) ?? openBudget(limits, now);
    // The one that was used last stands last.
    budgets.delete(own);
    budgets.set(own, budget);
    return budget;
  }

  /** One that has been idle until it was full again is as good as new. */
  function dropIdle(now: number): boolean {
    for (const [key, { tokens, at }] of budgets) {
      if (tokens + (limits.rate * (now - at)) / 1000 < limits.burst) return false;
      budgets.delete(key);
      return true;
    }
    return false;
  }

  /** A cluster may hold as many waiting items as are free for others: then these always find room. */
  const fillsUp = (scope: ClusterScope) =>
    load !== undefined && load.pendingOf(scope) > MOST_PENDING - load.pendingItems();
  /** Others wait behind it: the flow does not keep up, and most of what waits is this cluster's. */
  function holdsUp(scope: ClusterScope): boolean {
    if (!load || limits.rate === 0 || load.oldestAge() < KEEPS_UP) return false;
    const [own, all] = [load.pendingOf(scope), load.pendingItems()];
    return own > FEW && own < all && own * 2 > all;
  }
  /** `auto`: where nobody else's items wait, or not for long, a cluster may send as much as it likes. */
  const isBinding = (scope: ClusterScope) =>
    limits.rate > 0 && !(isLenient && (load.oldestAge() < KEEPS_UP || load.pendingOf(scope) >= load.pendingItems()));

  return {
    takeFreely(scope, count, now) {
      if (fillsUp(scope) || holdsUp(scope)) return false;
      if (limits.rate === 0) return true;
      return takeFreely(budgetOf(scope, now), limits, count, now) || !isBinding(scope);
    },
    takeByRank(scope, wanted, now) {
      if (fillsUp(scope)) return none;
      const { control, critical } = wanted;
      const sought = holdsUp(scope) ? { ...none, control, critical } : wanted;
      return limits.rate === 0 ? sought : takeByRank(budgetOf(scope, now), limits, sought, now);
    },
    takeInTurn(scope, count, now) {
      if (fillsUp(scope) || holdsUp(scope)) return false;
      if (limits.rate === 0) return true;
      return takeInTurn(budgetOf(scope, now), limits, count, now) || !isBinding(scope);
    },
    isSpent: (scope, now) => fillsUp(scope) || (isBinding(scope) && isSpent(budgetOf(scope, now), limits, now)),
    waitFor(scope, rank, count, now) {
      if (fillsUp(scope)) return BEHIND;
      const wait = limits.rate === 0 ? 0 : waitFor(budgetOf(scope, now), limits, rank, count);
      return holdsUp(scope) ? Math.max(LET_OTHERS, wait) : wait;
    },
  };
}

const OTHERS = '*';

function limitsOf({ WINNOW_CLUSTER_RATE, WINNOW_CLUSTER_BURST }: RateSettings): BudgetLimits {
  const rate = WINNOW_CLUSTER_RATE === 'auto' ? USUAL_RATE : WINNOW_CLUSTER_RATE;
  return { rate, burst: WINNOW_CLUSTER_BURST ?? rate * 10 };
}

import { describe, expect, it } from 'vitest';
import { type ClusterScope, createClusterBudgets, MOST_PENDING } from './cluster-budgets.ts';

const of = (cluster: string, tenant = 't'): ClusterScope => ({ tenant, cluster });
const strict = { WINNOW_CLUSTER_RATE: 10, WINNOW_CLUSTER_BURST: 100 } as const;

/** How many single items a cluster gets in at this moment. */
function taken(budgets: ReturnType<typeof createClusterBudgets>, scope: ClusterScope, now = 0): number {
  let count = 0;
  while (count < 500 && budgets.takeFreely(scope, 1, now)) count++;
  return count;
}

describe('given the budgets of several clusters', () => {
  it('when one is over its own, then its neighbours are not touched, nor is a cluster of that name of another tenant', () => {
    const budgets = createClusterBudgets({ settings: strict });
    expect(taken(budgets, of('noisy'))).toBe(75);
    expect(taken(budgets, of('quiet'))).toBe(75);
    expect(taken(budgets, of('noisy', 'other'))).toBe(75);
    expect(taken(budgets, of('noisy'))).toBe(0);
    expect(taken(budgets, of('noisy'), 1_000)).toBe(10);
  });

  it('when the rate is 0, then there is no limit', () => {
    const budgets = createClusterBudgets({ settings: { WINNOW_CLUSTER_RATE: 0 } });
    expect(budgets.takeFreely(of('a'), 1e9, 0)).toBe(true);
    expect(budgets.isSpent(of('a'), 0)).toBe(false);
  });

  it('when only the rate is set, then ten seconds of it may come at once', () => {
    const budgets = createClusterBudgets({ settings: { WINNOW_CLUSTER_RATE: 4 } });
    expect(budgets.takeByRank(of('a'), { control: 0, critical: 0, warning: 0, other: 99, repeat: 0 }, 0).other).toBe(
      40,
    );
  });

  it('when names are invented without end, then those beyond the bound share one budget, until others are idle', () => {
    const budgets = createClusterBudgets({ settings: strict, bound: 2 });
    for (const name of ['a', 'b']) taken(budgets, of(name));
    expect(taken(budgets, of('c'))).toBe(75);
    expect(taken(budgets, of('d'))).toBe(0);
    expect(taken(budgets, of('a'), 1_000)).toBe(10);
    expect(taken(budgets, of('d'), 20_000)).toBe(75);
  });
});

describe('given it is known how far the flow is behind', () => {
  const loaded = (pending: number, own: Record<string, number> = {}, age = 10_000) => ({
    pendingItems: () => pending,
    pendingOf: ({ cluster }: ClusterScope) => own[cluster] ?? 0,
    oldestAge: () => age,
  });
  const auto = { WINNOW_CLUSTER_RATE: 'auto' } as const;

  it('when it keeps up, then `auto` holds nobody back, and a rate that was set does', () => {
    const lenient = createClusterBudgets({ settings: auto, load: loaded(10_000, {}, 10) });
    expect(lenient.takeFreely(of('a'), 1_000_000, 0)).toBe(true);
    expect(lenient.takeInTurn(of('a'), 1_000_000, 0)).toBe(true);
    expect(lenient.isSpent(of('a'), 0)).toBe(false);
    const set = createClusterBudgets({ settings: strict, load: loaded(10_000, {}, 10) });
    expect(set.takeFreely(of('a'), 1_000, 0)).toBe(false);
  });

  it('when it is behind, then `auto` holds each cluster to its rate, unless nobody else waits', () => {
    const behind = createClusterBudgets({ settings: auto, load: loaded(1_000, { a: 300 }) });
    expect(behind.takeFreely(of('a'), 60_000, 0)).toBe(true);
    expect(behind.takeFreely(of('a'), 60_000, 0)).toBe(false);
    expect(behind.takeFreely(of('b'), 60_000, 0)).toBe(true);
    const alone = createClusterBudgets({ settings: auto, load: loaded(100_000, { a: 100_000 }) });
    expect(alone.takeFreely(of('a'), 1_000_000, 0)).toBe(true);
  });

  it('when it is behind, and most of what waits is of one cluster, then only what is grave is taken of it, and all of others', () => {
    const load = loaded(10_000, { noisy: 9_000, quiet: 1_000 });
    for (const settings of [auto, { WINNOW_CLUSTER_RATE: 50_000 }]) {
      const budgets = createClusterBudgets({ settings, load });
      expect([budgets.takeFreely(of('noisy'), 1, 0), budgets.takeFreely(of('quiet'), 1, 0)]).toEqual([false, true]);
      expect([budgets.takeInTurn(of('noisy'), 1, 0), budgets.takeInTurn(of('quiet'), 1, 0)]).toEqual([false, true]);
      const wanted = { control: 1, critical: 2, warning: 3, other: 4, repeat: 5 };
      expect(budgets.takeByRank(of('noisy'), wanted, 0)).toEqual({ ...wanted, warning: 0, other: 0, repeat: 0 });
      expect(budgets.takeByRank(of('quiet'), wanted, 0)).toEqual(wanted);
      expect(budgets.waitFor(of('noisy'), 'warning', 3, 0)).toBeGreaterThan(0);
    }
    const free = createClusterBudgets({ settings: { WINNOW_CLUSTER_RATE: 0 }, load });
    expect(free.takeFreely(of('noisy'), 1, 0)).toBe(true);
  });

  it('when one holds more of what waits than is left for all others, then nothing of it is taken, at whatever rate', () => {
    const pending = MOST_PENDING * 0.6;
    const load = loaded(pending, { noisy: pending - 100, quiet: 100 }, 10);
    const budgets = createClusterBudgets({ settings: { WINNOW_CLUSTER_RATE: 0 }, load });
    expect([budgets.takeFreely(of('noisy'), 1, 0), budgets.takeFreely(of('quiet'), 1, 0)]).toEqual([false, true]);
    expect([budgets.isSpent(of('noisy'), 0), budgets.isSpent(of('quiet'), 0)]).toEqual([true, false]);
    expect(budgets.waitFor(of('noisy'), 'control', 1, 0)).toBeGreaterThan(0);
  });
});

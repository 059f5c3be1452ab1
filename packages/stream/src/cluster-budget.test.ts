import type { LoadRank, RankCounts } from '@winnow/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSpent, openBudget, takeByRank, takeFreely, takeInTurn, waitFor } from './cluster-budget.ts';

const limits = { rate: 10, burst: 80 };
const nothing: RankCounts = { control: 0, critical: 0, warning: 0, other: 0, repeat: 0 };
const wanting = (some: Partial<RankCounts>): RankCounts => ({ ...nothing, ...some });

describe('given the budget of a cluster', () => {
  it('when it has been idle, then a burst goes through whole, and after it the rate counts', () => {
    const budget = openBudget(limits, 0);
    expect(takeByRank(budget, limits, wanting({ other: 80 }), 0)).toEqual(wanting({ other: 80 }));
    expect(takeByRank(budget, limits, wanting({ other: 5 }), 0)).toEqual(nothing);
    expect(takeByRank(budget, limits, wanting({ other: 50 }), 2_000)).toEqual(wanting({ other: 20 }));
    expect(takeByRank(budget, limits, wanting({ other: 500 }), 1_000_000)).toEqual(wanting({ other: 80 }));
  });

  it('when there is not room for all, then the gravest is taken first, and a repeat last', () => {
    const budget = openBudget(limits, 0);
    const wanted = { control: 10, critical: 30, warning: 30, other: 30, repeat: 30 };
    expect(takeByRank(budget, limits, wanted, 0)).toEqual({
      control: 10,
      critical: 30,
      warning: 30,
      other: 10,
      repeat: 0,
    });
  });

  it('when the others have used it up, then what is graver still finds room, and the others wait until that is made good', () => {
    const budget = openBudget(limits, 0);
    takeByRank(budget, limits, wanting({ other: 80 }), 0);
    expect(takeByRank(budget, limits, wanting({ warning: 99 }), 0).warning).toBe(10);
    expect(takeByRank(budget, limits, wanting({ critical: 99 }), 0).critical).toBe(10);
    expect(isSpent(budget, limits, 0)).toBe(false);
    expect(takeByRank(budget, limits, wanting({ control: 99 }), 0).control).toBe(20);
    expect(isSpent(budget, limits, 0)).toBe(true);
    expect(takeByRank(budget, limits, wanting({ other: 1 }), 4_000).other).toBe(0);
    expect(takeByRank(budget, limits, wanting({ other: 9 }), 4_100).other).toBe(1);
  });

  it('when plenty is left, then all is taken without a look at it; near the end it is to be looked at', () => {
    const budget = openBudget(limits, 0);
    expect([takeFreely(budget, limits, 60, 0), takeFreely(budget, limits, 1, 0)]).toEqual([true, false]);
    expect(takeByRank(budget, limits, wanting({ repeat: 5, other: 5 }), 0)).toEqual(wanting({ other: 5 }));
  });

  it('when a source waits by itself, then it may take more than there is, and waits until that is made good', () => {
    const budget = openBudget(limits, 0);
    expect([takeInTurn(budget, limits, 100, 0), takeInTurn(budget, limits, 1, 0)]).toEqual([true, false]);
    expect(waitFor(budget, limits, 'other')).toBeCloseTo(2.1);
    expect([takeInTurn(budget, limits, 1, 2_000), takeInTurn(budget, limits, 1, 2_001)]).toEqual([false, true]);
  });

  it('when the clock stands still or goes back, then nothing is won', () => {
    const budget = openBudget(limits, 5_000);
    takeByRank(budget, limits, wanting({ other: 80 }), 5_000);
    expect(takeByRank(budget, limits, wanting({ other: 9 }), 1_000).other).toBe(0);
    expect(takeByRank(budget, limits, wanting({ other: 99 }), 6_000).other).toBe(10);
  });

  it('whatever comes when, then no more is taken than burst, its overdraft and rate allow, and nobody is sent away for ever', () => {
    const ranks: readonly LoadRank[] = ['control', 'critical', 'warning', 'other', 'repeat'];
    const arrival = fc.record({ after: fc.nat(5_000), rank: fc.constantFrom(...ranks), count: fc.nat(200) });
    fc.assert(
      fc.property(fc.array(arrival), (arrivals) => {
        const budget = openBudget(limits, 0);
        let now = 0;
        let taken = 0;
        for (const { after, rank, count } of arrivals) {
          now += after;
          taken += takeByRank(budget, limits, wanting({ [rank]: count }), now)[rank];
          const wait = waitFor(budget, limits, rank, count);
          expect(wait).toBeGreaterThanOrEqual(0);
          expect(wait).toBeLessThanOrEqual(60);
        }
        expect(taken).toBeLessThanOrEqual(80 * 1.5 + (now / 1000) * 10 + 1e-6);
      }),
    );
  });
});

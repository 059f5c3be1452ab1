import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { inShares } from './shares.ts';

const work = (milliseconds: number) => {
  const begun = performance.now();
  while (performance.now() - begun < milliseconds);
};

test('given two that have much to do, when they go on, then in each turn only one of them does, and both in their order', async () => {
  let turn = 0;
  let done = false;
  const counting = (async () => {
    while (!done) {
      turn += 1;
      await nextTurn();
    }
  })();
  const seen: { readonly who: string; readonly item: number; readonly turn: number }[] = [];
  const go = (who: string) =>
    inShares([1, 2, 3, 4], (item) => {
      work(4);
      seen.push({ who, item, turn });
    });
  await Promise.all([go('one'), go('other')]);
  done = true;
  await counting;
  expect(seen.filter(({ who }) => who === 'one').map(({ item }) => item)).toEqual([1, 2, 3, 4]);
  expect(seen.filter(({ who }) => who === 'other').map(({ item }) => item)).toEqual([1, 2, 3, 4]);
  const later = seen.slice(2).map((each) => each.turn);
  expect(new Set(later).size).toBe(later.length);
});

test('given little to do, when nobody else waits, then it is done at once', () => {
  const seen: number[] = [];
  void inShares([1, 2, 3], (item) => seen.push(item));
  expect(seen).toEqual([1, 2, 3]);
});

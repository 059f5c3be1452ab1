import fc from 'fast-check';
import { expect, it } from 'vitest';
import { backOffMs, isSilentClose, relistsAfterSilence, seldomMs, watchSeconds } from './back-off.ts';
import { stateOf } from './state-of.ts';
import { isHeard } from './vouch.ts';

const chance = fc.double({ min: 0, max: 0.999999, noNaN: true });

it('given failures in a row, when one is tried again, then it waits longer each time, up to a bound, never in step with others', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000 }), chance, chance, (failures, a, b) => {
      const wait = backOffMs(failures, a);
      expect(wait).toBeGreaterThanOrEqual(500);
      expect(wait).toBeLessThanOrEqual(60_000);
      expect(backOffMs(failures + 1, a)).toBeGreaterThanOrEqual(wait);
      if (Math.abs(a - b) > 0.01) expect(backOffMs(failures, b)).not.toBe(wait);
    }),
  );
  expect([backOffMs(1, 0.5), backOffMs(3, 0.5), backOffMs(50, 0.5)]).toEqual([750, 3_000, 45_000]);
});

it('given any chance, when a watch is begun, then it is to last 5 to 10 minutes', () => {
  fc.assert(fc.property(chance, (random) => watchSeconds(random) >= 300 && watchSeconds(random) <= 600));
  expect([seldomMs(0), seldomMs(0.5)]).toEqual([480_000, 600_000]);
});

it.each([
  [{ openMs: 10, told: false }, true],
  [{ openMs: 10, told: true }, false],
  [{ openMs: 2_000, told: false }, false],
])('given a watch that was closed after %j, then it is suspect: %s', (closed, suspect) => {
  expect(isSilentClose(closed)).toBe(suspect);
});

it('given a quiet kind whose watches are closed at once for ever, when it is listed because of that, then ever more seldom', () => {
  const lists: number[] = [];
  for (let now = 0, since = Number.NEGATIVE_INFINITY; now < 24 * 3_600_000; now += 1_000) {
    if (!relistsAfterSilence(lists.length, now - since)) continue;
    lists.push(now);
    since = now;
  }
  expect(lists[0]).toBe(0);
  expect(lists.slice(1, 4)).toEqual([30_000, 90_000, 210_000]);
  expect(lists.length).toBeLessThan(60);
});

const told = { open: true, sinceWell: undefined, excused: false, waiting: false };
const lost = { ...told, open: false, sinceWell: 20_000 };
it.each([
  ['it is told of', [told], 0, true],
  ['it was told of until just now', [{ ...lost, sinceWell: 1_000 }], 0, true],
  ['one of its kinds is not told of', [told, lost], 0, false],
  ['that kind need not be', [told, { ...lost, excused: true }], 0, true],
  ['a first list waits for its turn', [told, { ...lost, waiting: true }], 0, true],
  ['nothing was told of yet', [{ ...lost, sinceWell: undefined, waiting: true }], 0, false],
  ['the cluster has said nothing for too long', [told], 15_001, false],
  ['it was never heard', [told], undefined, false],
  ['it has no kinds', [], 0, false],
])('given a cluster of which %s, when it is asked for, then its source is heard or not', (_, kinds, since, heard) => {
  expect(isHeard(kinds, since, 15_000)).toBe(heard);
});

const watching = { phase: 'watching', synced: true, optional: false } as const;
const refused = { phase: 'refused', synced: false, optional: false } as const;
it.each([
  [true, [watching], 'connected'],
  [true, [watching, { ...watching, phase: 'listing', synced: false }], 'syncing'],
  [true, [watching, refused], 'refused'],
  [true, [watching, { ...refused, optional: true }], 'connected'],
  [false, [watching, refused], 'blind'],
  [false, [refused], 'refused'],
  [false, [], 'blind'],
] as const)('given a source that is heard: %s, with kinds %j, then it is %s', (heard, kinds, state) => {
  expect(stateOf(heard, kinds)).toBe(state);
});

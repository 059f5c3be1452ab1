import type { Item } from '@winnow/contracts';
import { expect, it } from 'vitest';
import { alert, givenStage } from '../testing/given.ts';

it('given an item of a kind that only a newer version knows, then it is a dead letter, and its neighbours count', () => {
  const stage = givenStage();
  const newer = { type: 'profile', of: 'cart' } as unknown as Item;
  const { outcomes, emit } = stage.arrives(0, 'alertmanager.alerts', [newer, alert('DiskFull', { service: 'db' })]);
  expect(outcomes.toSorted()).toEqual(['dead_lettered:wrong-shape', 'signal']);
  expect(emit.find(({ type }) => type === 'dead-letter')?.value).toMatchObject({
    place: 'type',
    found: '"profile"',
    position: '0-0.0',
  });
});

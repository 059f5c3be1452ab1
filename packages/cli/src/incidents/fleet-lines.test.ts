import type { FleetIncident, ReportIncident } from '@winnow/contracts';
import { expect, it } from 'vitest';
import { fleetLines } from './fleet-lines.ts';

const member = (cluster: string) => ({ cluster, incident: `inc-${cluster}` });
const fleet = {
  ...{ id: 'flt-1', clusters: 3, causes: [{ kind: 'image', key: 'x/y:1' }] },
  members: ['a', 'b', 'c'].map(member),
} as unknown as FleetIncident;
const listed = (...ids: readonly string[]) => ids.map((id) => ({ id }) as ReportIncident);

it('given incidents of which some are part of one, then it is named with these', () => {
  expect(fleetLines(listed('inc-a', 'inc-z', 'inc-c'), [fleet])).toEqual([
    'part of fleet incident flt-1 (Image x/y:1: trouble in 3 clusters): inc-a, inc-c',
  ]);
});

it('given none of its incidents in the list, then it is not named', () => {
  expect(fleetLines(listed('inc-z'), [fleet])).toEqual([]);
});

// What each stage keeps, and the version that it says of it. Who changes one changes the other: docs/decisions/0017.
import { contextStage } from '@winnow/context';
import { fleetFeedStage, fleetStage } from '@winnow/fleet';
import { groupingStage } from '@winnow/grouping';
import { notifyStage } from '@winnow/notify';
import { rcaStage } from '@winnow/rca';
import { signalsStage } from '@winnow/signals';
import { lookupIndexStage, type Stage } from '@winnow/stream';
import { describe, expect, it } from 'vitest';

const stages: readonly Stage<never>[] = [
  signalsStage(),
  groupingStage(),
  contextStage(),
  rcaStage(),
  notifyStage({ receivers: [], externalUrl: '' }),
  fleetStage(),
  fleetFeedStage({ partitions: 1 }),
  lookupIndexStage('context-lookups', []),
] as readonly Stage<unknown>[] as readonly Stage<never>[];

/** `version: tables`, the columns of packed ones behind their name. */
const kept: Readonly<Record<string, string>> = {
  signals:
    '2: clusters heard objects graves lists slots recent named edges planned senders silences ' +
    'beats(phase,count,firstSeen,lastSeen,lastAt,emittedAt,dirty,firing,endsAt,claims,settle,quiet,recover,resolvedAt,headHigh,headLow,term) ' +
    'fingerprints(lastAt,slotHigh,slotLow,nextHigh,nextLow,senders) events(count,version,at,slotHigh,slotLow) audits(at,high,low) lines(high,low) tellings(toldAt,at,firing)',
  grouping: '2: incidents members loose facts declared changes merged',
  context: '2: investigations answers looks waiting',
  rca: '2: cases',
  notify: '1: clock receivers subjects tellings',
  fleet: '1: incidents fleets clocks',
  'fleet-feed': '1: known',
  'context-lookups': '1: open',
};

describe('the state of each stage', () => {
  it.each(stages.map((stage) => [stage.name, stage] as const))(
    '%s: has a step from each version to the next',
    (_, { version, migrate = {} }) => {
      const versions = Array.from({ length: version - 1 }, (_, at) => at + 1);
      expect(Object.keys(migrate).map(Number)).toEqual(versions);
    },
  );

  it.each(stages.map((stage) => [stage.name, stage] as const))(
    '%s: has the tables of its version',
    (name, { version, tables }) => {
      const told = Object.entries(tables).map(([table, spec]) =>
        spec === 'json' ? table : `${table}(${spec.join()})`,
      );
      expect(`${version}: ${told.join(' ')}`).toBe(kept[name]);
    },
  );
});

// Fleet inputs and what the stage makes of them, for tests.
import { type FleetCause, type FleetIncident, type FleetInput, topics } from '@winnow/contracts';
import { createTable, type LogRecord, type Tables } from '@winnow/stream';
import type { FleetConfig } from '../config.ts';
import { fleetStage } from '../core.ts';

export const timeAt = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 12) + seconds * 1000).toISOString();

export const badImage = (key = 'registry.example.com/shop/cart:2'): FleetCause => ({
  ...{ kind: 'image', key, weight: 0.9, why: 'Deployment cart cannot pull it' },
});
export const hint = (kind: FleetCause['kind'], key: string, weight = 0.35): FleetCause => ({
  ...{ kind, key, weight, why: 'it has it' },
});

export function input(
  cluster: string,
  at: number,
  causes: readonly FleetCause[],
  over: Partial<FleetInput> = {},
): FleetInput {
  return {
    ...{ schema: 1, tenant: 't', cluster, at: timeAt(at), incident: `inc-${cluster}`, revision: 1, status: 'open' },
    ...{ severity: 'high', openedAt: timeAt(at), title: `Deployment cart of ${cluster}`, causes: [...causes] },
    ...over,
  };
}

/** The stage over tables of its own, which may be loaded anew. */
export function testFleet(settings: Partial<FleetConfig> = {}) {
  const stage = fleetStage(settings);
  const tables = Object.fromEntries(
    Object.keys(stage.tables).map((name) => [name, createTable()]),
  ) as unknown as Tables;
  let state = stage.open(tables);
  let offset = 0;
  const told: FleetIncident[] = [];
  const latest = new Map<string, FleetIncident | null>();

  function feed(...inputs: readonly FleetInput[]): void {
    for (const value of inputs) {
      const record: LogRecord = {
        topic: topics.fleetInputs.name,
        partition: 0,
        offset: offset++,
        key: value.incident,
        headers: {},
        value,
      };
      for (const { key, value: fleet } of stage.decide(state, record).emit ?? []) {
        latest.set(key, fleet as FleetIncident | null);
        if (fleet !== null) told.push(fleet as FleetIncident);
      }
    }
  }

  return {
    feed,
    /** All that was told, in order. */
    told,
    latest,
    /** As after a restart. */
    reload() {
      state = stage.open(tables);
    },
    /** Those that go on, as `cause: cluster cluster …`. */
    open: () =>
      [...latest.values()]
        .filter((each) => each?.status === 'open' && each.mergedInto === undefined)
        .map(
          (each) =>
            `${each?.causes[0]?.key}: ${each?.members
              .map(({ cluster }) => cluster)
              .sort()
              .join(' ')}`,
        )
        .sort(),
    size: () => tables.incidents?.size,
  };
}

// The property that the stream stands on: a run that was cut at any call of a port, any number of times, and resumed, ends in the
// same records by (producer, seq), the same tables and the same ledger as a run that was never cut.
import { type AlertItem, hash64, topics } from '@winnow/contracts';
import type { LedgerCell, NewRecord } from '@winnow/stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fault } from './stream-crash/faults.ts';
import { plants } from './stream-crash/plants.ts';
import { type Plan, type Plant, runPlan } from './stream-crash/world.ts';

const SCHEDULES = 1000;
/** At most; a fixed seed, so that finding them is no matter of luck. */
const SCHEDULES_FOR_PLANTS = 400;

const alert = fc.record({
  name: fc.constantFrom('CrashLoop', 'HighErrors', 'NoEndpoints'),
  namespace: fc.constantFrom('shop', 'pay'),
  resolved: fc.nat(3).map((n) => n === 0),
});

/** One arrival in eight is poison. */
const arrival = fc.record({
  alerts: fc.array(alert, { minLength: 1, maxLength: 4 }),
  poison: fc.nat(7).map((n) => n === 0),
});

const fault: fc.Arbitrary<Fault> = fc.record({
  after: fc.integer({ min: 1, max: 40 }),
  side: fc.constantFrom('before', 'after'),
  kind: fc.constantFrom('kill', 'kill', 'fail', 'freeze'),
  turns: fc.integer({ min: 1, max: 60 }),
});

const plan: fc.Arbitrary<Plan> = fc.record({
  arrivals: fc.array(fc.array(arrival, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 3 }).map(toRecords),
  faults: fc.array(fault, { minLength: 1, maxLength: 8 }),
  batches: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 7 }),
  delays: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 5 }),
  publishes: fc.nat(3).map((n) => n === 0),
});

function toRecords(chunks: readonly (readonly ArrivalShape[])[]): NewRecord[][] {
  let second = 0;
  return chunks.map((chunk) =>
    chunk.map((each) => observation(each, new Date(Date.UTC(2026, 2, 8, 15, 0, second++)).toISOString())),
  );
}

interface ArrivalShape {
  readonly alerts: readonly { name: string; namespace: string; resolved: boolean }[];
  readonly poison: boolean;
}

function observation({ alerts, poison }: ArrivalShape, at: string): NewRecord {
  const items = alerts.map(({ name, namespace, resolved }): AlertItem => {
    const labels = { alertname: name, namespace };
    const fingerprint = hash64(JSON.stringify(labels));
    return { type: 'alert', fingerprint, status: resolved ? 'resolved' : 'firing', labels, annotations: {} };
  });
  if (poison)
    items.push({ type: 'alert', fingerprint: '', status: 'firing', labels: { alertname: 'Poison' }, annotations: {} });
  const head = { schema: 1, tenant: 'default', cluster: 'prod', source: 'alertmanager.alerts', instance: 'a', at };
  return { topic: topics.observations.name, partition: 0, key: 'prod', headers: {}, value: { ...head, items } };
}

const itemsOf = (plan: Plan) =>
  plan.arrivals.flat().reduce((sum, { value }) => sum + (value as { items: unknown[] }).items.length, 0);

/** Holds where the cut run equals the one that was not cut, and every item has exactly one outcome. */
async function holds(plan: Plan, plant?: Plant) {
  const whole = await runPlan({ ...plan, faults: [], batches: [], delays: [] }, plant);
  const cut = await runPlan(plan, plant);
  expect(cut.seen).toEqual(whole.seen);
  const { ledger } = cut.seen.state.count as { ledger: LedgerCell[] };
  expect(ledger.reduce((sum, cell) => sum + cell.count, 0)).toBe(itemsOf(plan));
  return cut;
}

const ports = ['append', 'deliver', 'claim', 'load', 'commit', 'unsettled', 'settle'];
const everyCut = ports.flatMap((port) => [`kill before ${port}`, `kill after ${port}`]);

describe('a run that is cut', () => {
  it(`given ${SCHEDULES} random schedules of cuts, when it is resumed, then it ends as one that was never cut`, async () => {
    const struck = new Set<string>();
    let dossiers = 0;
    const property = fc.asyncProperty(plan, async (each) => {
      const cut = await holds(each);
      expect(cut.surprises).toEqual([]);
      for (const place of cut.struck) struck.add(place);
      dossiers += (cut.seen.byProducer[topics.dossiers.name] as unknown[]).length;
    });
    await fc.assert(property, { numRuns: SCHEDULES });
    // The schedules have been everywhere, and the pipeline had work to do.
    expect([...struck]).toEqual(expect.arrayContaining(everyCut));
    expect(dossiers).toBeGreaterThan(SCHEDULES / 2);
  }, 240_000);

  const planted = Object.entries(plants);

  it.each(planted)('given the planted fault that %s, then the property is found broken', async (_, plant) => {
    const property = fc.asyncProperty(plan, async (each) => void (await holds(each, plant)));
    const checked = await fc.check(property, { seed: 1, numRuns: SCHEDULES_FOR_PLANTS, endOnFailure: true });
    // Broken by what it compares, and not by a plant that does not even run.
    expect(checked.errorInstance).toMatchObject({ name: 'AssertionError' });
  });

  it.each(planted.filter(([, plant]) => plant.needsCuts))(
    'given the planted fault that %s, when nothing is cut, then nothing is found: it takes the cuts',
    async (_, plant) => {
      const calm = fc.asyncProperty(plan, async (each) => void (await holds({ ...each, faults: [] }, plant)));
      await fc.assert(calm, { seed: 1, numRuns: 20 });
    },
  );
});

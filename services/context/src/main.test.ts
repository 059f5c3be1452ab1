import { type Dossier, entity, type Incident, type Inventory, topics } from '@winnow/contracts';
import { createMemoryLog, createMemoryStore, type NewRecord, settle } from '@winnow/stream';
import { describe, expect, it } from 'vitest';
import { startContext } from './main.ts';

const at = '2026-03-08T15:21:12.035Z';
const cart = entity('Deployment', 'shop', 'cart');
const record = (topic: NewRecord['topic'], key: string, value: unknown): NewRecord => ({
  topic,
  partition: 0,
  key,
  headers: {},
  value,
});

const inventory: Inventory = {
  ...{ schema: 1, tenant: 'default', cluster: 'prod', at, entity: cart },
  object: { kind: 'Deployment', metadata: { name: 'cart', namespace: 'shop' } },
};
const incident = {
  ...{ schema: 1, id: 'inc-1', tenant: 'default', cluster: 'prod', revision: 1, status: 'open', severity: 'high' },
  ...{ openedAt: at, updatedAt: at, roots: [], ready: true, traceId: 'e'.repeat(32) },
  members: [{ signal: { entity: cart, subjects: [], symptom: 'crash-loop', firstSeen: at }, why: {} }],
} as unknown as Incident;
const arrivals = [record(topics.inventory.name, 'k', inventory), record(topics.incidents.name, 'inc-1', incident)];

function embedded() {
  const log = createMemoryLog();
  const store = createMemoryStore({ publishTo: log });
  const dossiers = () => log.records(topics.dossiers.name, 0).map((each) => each.value as Dossier);
  return { log, store, dossiers, options: { log, store, partition: 0, now: (ask: { at: string }) => ask.at } };
}

describe('the context service', () => {
  it('turns a ready incident into a dossier of what the log tells', async () => {
    const { log, dossiers, options } = embedded();
    const context = await startContext(options);
    await log.append(arrivals);
    await settle(log, [context]);
    await context.close();
    expect(dossiers().map((each) => [each.incident.id, each.at, each.objects[0]?.metadata.name])).toEqual([
      ['inc-1', at, 'cart'],
    ]);
  });

  it('asks again after a crash, and composes each dossier once', async () => {
    const { log, dossiers, options } = embedded();
    const never = new Promise<undefined>(() => undefined);
    const stuck = {
      objects: () => never,
      logs: () => never,
      events: () => never,
      metrics: () => never,
      checks: () => never,
    };
    const first = await startContext({ ...options, readers: () => stuck });
    await log.append(arrivals);
    await log.idle();
    await first.close();
    expect(dossiers()).toEqual([]);

    const second = await startContext(options);
    await settle(log, [second]);
    await second.close();
    const third = await startContext(options);
    await settle(log, [third]);
    await third.close();
    expect(dossiers().map((each) => each.objects.length)).toEqual([1]);
  });
});

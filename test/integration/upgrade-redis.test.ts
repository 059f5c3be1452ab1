// State that a former version wrote into Redis, taken on by today's code while an instance of the former version is still there.
import { groupingStage } from '@winnow/grouping';
import { openRedis, readRedisConfig } from '@winnow/redis';
import { signalsStage } from '@winnow/signals';
import { createMemoryLog, type NewRecord, openPartition, runStage, StateNewer, type StateStore } from '@winnow/stream';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { missingServer, type RunningServer, startRedis } from '../servers/index.ts';
import { unpack } from './upgrade-fixtures/pack.ts';
import { emptyRedis, type RedisDump, restoreRedis } from './upgrade-fixtures/redis-dump.ts';
import { dataOf, incidentsIn } from './upgrade-fixtures/upgraded.ts';

const COMMIT = 'ce9904d';

describe.skipIf(missingServer('redis'))(`given the state of ${COMMIT} in Redis`, () => {
  let redis: RunningServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis?.stop());
  beforeEach(async () => {
    await emptyRedis(redis.url);
    await restoreRedis(redis.url, JSON.parse(unpack(`${COMMIT}/redis.json.br`).toString()) as RedisDump);
  });

  async function withStore<T>(use: (store: StateStore) => Promise<T>): Promise<T> {
    const { store, close } = await openRedis(readRedisConfig({ WINNOW_REDIS_URL: redis.url }));
    try {
      return await use(store);
    } finally {
      await close();
    }
  }

  test('when grouping loads it, then it knows the same incidents', async () => {
    const ids = [...incidentsIn(dataOf(COMMIT)).keys()].sort();
    await withStore(async (store) => {
      const { state } = await openPartition(groupingStage(), await store.load(await store.claim('grouping', 0, 2)));
      expect([...state.tables.incidents.values()].map(({ id }) => id).sort()).toEqual(ids);
    });
  });

  test('when today’s instance goes on, then one of the former version takes nothing from it', async () => {
    await withStore(async (store) => {
      const { offsets, version } = await store.load(await store.claim('signals', 0, 1));
      expect(version).toBe(1);
      const log = createMemoryLog();
      const from = offsets['winnow.observations'] ?? 0;
      await log.append(Array.from({ length: from }, (_, at) => heartbeat(at)));
      const stage = signalsStage();
      const running = await runStage({ log, store, partition: 0, stage });
      await log.append([heartbeat(from)]);
      await log.idle();
      await expect(store.claim('signals', 0, 1)).rejects.toBeInstanceOf(StateNewer);
      await log.append([heartbeat(from + 1)]);
      await log.idle();
      expect(running.offsets['winnow.observations']).toBe(from + 2);
      await running.close();
      expect((await store.load(await store.claim('signals', 0, stage.version))).version).toBe(stage.version);
    });
  });
});

function heartbeat(number: number): NewRecord {
  const at = new Date(Date.parse('2026-11-21T10:20:00.000Z') + number * 5_000).toISOString();
  const item = { type: 'heartbeat', source: 'kubernetes.event', instance: 'recording' };
  const head = { schema: 1, tenant: 'default', cluster: 'prod-eu-1', source: 'heartbeat', instance: 'recording' };
  return {
    topic: 'winnow.observations',
    partition: 0,
    key: 'prod-eu-1',
    headers: {},
    value: { ...head, at, items: [item] },
  };
}

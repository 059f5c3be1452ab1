// The state store on a real Redis: one server, and a cluster of three masters.
import { randomUUID } from 'node:crypto';
import { openRedis, readRedisConfig } from '@winnow/redis';
import { describeStateStore } from '@winnow/stream/contract';
import { afterAll, beforeAll, describe } from 'vitest';
import { missingServer, type RunningServer, startRedis } from '../servers/index.ts';
import { type RunningCluster, startCluster } from './redis-fixtures/cluster.ts';

/** A store of its own on the server: what others wrote there is under another prefix. */
async function makeStore(settings: Record<string, string>) {
  const config = readRedisConfig({ ...settings, WINNOW_REDIS_PREFIX: randomUUID() });
  let redis = await openRedis(config);
  return {
    store: redis.store,
    async reopen() {
      await redis.close();
      redis = await openRedis(config);
      return redis.store;
    },
    close: () => redis.close(),
  };
}

describe.skipIf(missingServer('redis'))('a Redis', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  describeStateStore('Redis', () => makeStore({ WINNOW_REDIS_URL: server.url }));
});

describe.skipIf(missingServer('redis'))('a cluster of three masters', () => {
  let cluster: RunningCluster;
  beforeAll(async () => {
    cluster = await startCluster();
  });
  afterAll(() => cluster.stop());

  describeStateStore('Redis Cluster', () => makeStore({ WINNOW_REDIS_CLUSTER: cluster.addresses }));
});

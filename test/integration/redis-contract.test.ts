// The state store on a real Redis: one server, and a cluster of three masters.
import { randomUUID } from 'node:crypto';
import { openRedis, readRedisConfig } from '@winnow/redis';
import { LogUnavailable } from '@winnow/stream';
import { describeStateStore } from '@winnow/stream/contract';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sampleCommit } from '../../packages/stream/src/contract/record-samples.ts';
import { missingServer, type RunningServer, startRedis } from '../servers/index.ts';
import { type RunningCluster, startCluster } from './redis-fixtures/cluster.ts';

/** A store of its own on the server: what others wrote there is under another prefix. */
async function makeStore(settings: Record<string, string>, prefix: string = randomUUID()) {
  const config = readRedisConfig({ ...settings, WINNOW_REDIS_PREFIX: prefix });
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

  test('given many partitions, when they are claimed, then each lies on one master and all masters have some', async () => {
    const prefix = randomUUID();
    const { store, close } = await makeStore({ WINNOW_REDIS_CLUSTER: cluster.addresses }, prefix);
    for (let partition = 0; partition < 24; partition++) {
      const claim = await store.claim('sample', partition);
      const parts = {
        delta: new Uint8Array(9),
        ledger: [],
        snapshots: [{ bucket: 0, of: 64, content: new Uint8Array(1) }],
      };
      expect(await store.commit(claim, sampleCommit(0, 1, parts))).toBe('committed');
    }
    const partitionsOn = async (server: RunningServer) => {
      const node = new Redis(server.url);
      const keys = await node.keys(`${prefix}:*`);
      node.disconnect();
      return [...new Set(keys.map((key) => key.replace(/\}.*/, '')))];
    };
    const spread = await Promise.all(cluster.servers.map(partitionsOn));
    expect(Math.min(...spread.map((partitions) => partitions.length))).toBeGreaterThan(0);
    expect(spread.flat()).toHaveLength(24);
    await close();
  });

  test('given a node that has gone, when a commit goes to its slots, then it is unavailable within its patience', async () => {
    const losing = await startCluster();
    const settings = { WINNOW_REDIS_CLUSTER: losing.addresses, WINNOW_REDIS_TIMEOUT_MS: '2000' };
    const { store, close } = await makeStore(settings);
    const claims = await Promise.all(Array.from({ length: 24 }, (_, partition) => store.claim('sample', partition)));
    await losing.servers[2]?.stop();
    const commits = await Promise.allSettled(claims.map((claim) => store.commit(claim, sampleCommit(0, 1))));
    const failed = commits.flatMap((commit) => (commit.status === 'rejected' ? [commit.reason] : []));
    expect(failed.length).toBeGreaterThan(0);
    for (const reason of failed) expect(reason).toBeInstanceOf(LogUnavailable);
    await close();
    await losing.stop();
  });
});

// A master that dies, and a replica that Sentinel puts in its place: the store follows.
import { writeFileSync } from 'node:fs';
import { openRedis, readRedisConfig } from '@winnow/redis';
import { LogUnavailable } from '@winnow/stream';
import { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import {
  bytes,
  gather,
  namesOf,
  outgoingRecord,
  sampleCommit,
} from '../../packages/stream/src/contract/record-samples.ts';
import { freePort, missingServer, startRedis, temporaryFolder, until } from '../servers/index.ts';
import { obtain } from '../servers/obtain/sources.ts';
import { startProcess } from '../servers/process/start-process.ts';

async function startSentinel(masterPort: string) {
  const folder = temporaryFolder('sentinel');
  const port = await freePort();
  const config = [
    `port ${port}`,
    'bind 127.0.0.1',
    `sentinel monitor mymaster 127.0.0.1 ${masterPort} 1`,
    'sentinel down-after-milliseconds mymaster 500',
    'sentinel failover-timeout mymaster 5000',
  ];
  writeFileSync(folder.file('sentinel.conf'), config.join('\n'));
  const client = new Redis(port, { lazyConnect: true }).on('error', () => undefined);
  const sentinel = await startProcess({
    name: 'redis-server',
    command: await obtain('redis'),
    args: [folder.file('sentinel.conf'), '--sentinel'],
    folder: folder.path,
    isReady: async () => (await client.ping().catch(() => '')) === 'PONG',
  });
  return {
    address: `127.0.0.1:${port}`,
    replicas: async () => ((await client.call('SENTINEL', 'REPLICAS', 'mymaster')) as unknown[]).length,
    async stop() {
      client.disconnect();
      await sentinel.end();
      folder.remove();
    },
  };
}

describe.skipIf(missingServer('redis'))('Redis with Sentinel', () => {
  test('given a master that is killed, when a replica takes its place, then the owner goes on where it stood', async () => {
    const master = await startRedis();
    const { port } = new URL(master.url);
    const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', port, '--repl-diskless-sync-delay', '0'] });
    const sentinel = await startSentinel(port);
    const onReplica = new Redis(replica.url);
    await until(
      async () =>
        (await onReplica.info('replication')).includes('master_link_status:up') && (await sentinel.replicas()) === 1,
      () => 'the replica follows and the sentinel knows it',
    );
    const redis = await openRedis(
      readRedisConfig({ WINNOW_REDIS_SENTINELS: sentinel.address, WINNOW_REDIS_TIMEOUT_MS: '3000' }),
    );
    const claim = await redis.store.claim('sample', 0);
    const nth = (at: number) =>
      sampleCommit(at, at + 1, { seq: at + 1, delta: bytes(at), outgoing: [outgoingRecord(at + 1)] });
    await redis.store.commit(claim, nth(0));
    await until(
      async () => (await onReplica.hget('winnow:{sample/0}:meta', 'seq')) === '1',
      () => 'the commit is on the replica',
    );
    await master.stop();
    const commit = nth(1);
    let answer: string | undefined;
    await until(
      async () => {
        answer = await redis.store.commit(claim, commit).catch((error: unknown) => {
          expect(error).toBeInstanceOf(LogUnavailable);
          return undefined;
        });
        return answer !== undefined;
      },
      () => 'a commit to the new master',
    );
    expect(answer).toBe('committed');
    expect(await gather((await redis.store.load(claim)).changes)).toEqual([bytes(0), bytes(1)]);
    expect(namesOf(await redis.store.unsettled(claim))).toEqual(['out-1', 'out-2']);
    await redis.close();
    onReplica.disconnect();
    await sentinel.stop();
    await replica.stop();
  });
});

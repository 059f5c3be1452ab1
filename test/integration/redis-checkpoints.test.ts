// Where sources stand, on a real Redis: the contract, garbage in their place, and a server that is away.
import { randomUUID } from 'node:crypto';
import { type OpenedRedis, openRedis, readRedisConfig } from '@winnow/redis';
import { LogUnavailable } from '@winnow/stream';
import { describeCheckpoints } from '@winnow/stream/contract';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missingServer, until } from '../servers/index.ts';
import { type RestartableRedis, startRestartable } from './redis-fixtures/restartable.ts';

describe.skipIf(missingServer('redis'))('checkpoints in Redis', () => {
  let server: RestartableRedis;
  const opened: OpenedRedis[] = [];
  beforeAll(async () => {
    server = await startRestartable();
  });
  afterAll(async () => {
    await Promise.all(opened.map((each) => each.close()));
    await server?.stop();
  });

  async function open(prefix: string = randomUUID()): Promise<OpenedRedis> {
    const settings = {
      WINNOW_REDIS_URL: server.url,
      WINNOW_REDIS_PREFIX: prefix,
      WINNOW_REDIS_TIMEOUT_MS: '500',
    };
    const redis = await openRedis(readRedisConfig(settings));
    opened.push(redis);
    return redis;
  }

  describeCheckpoints('Redis', async () => {
    const prefix = randomUUID();
    const { checkpoints } = await open(prefix);
    return { checkpoints, reopen: async () => (await open(prefix)).checkpoints };
  });

  test('given garbage where a value should be, when it is loaded, then it is nothing, and can be saved again', async () => {
    const { checkpoints } = await open('garbage');
    const direct = new Redis(server.url);
    await direct.hset('garbage:checkpoints', { torn: '{"version":', bytes: Buffer.from([0xff, 0xfe]) });
    expect(await checkpoints.load('torn')).toBeUndefined();
    expect(await checkpoints.load('bytes')).toBeUndefined();
    await checkpoints.save('torn', { version: '1' });
    expect(await checkpoints.load('torn')).toEqual({ version: '1' });
    await direct.set('other:checkpoints', 'no hash');
    direct.disconnect();
    expect(await (await open('other')).checkpoints.load('torn')).toBeUndefined();
  });

  test('given a value that grows without end, when it is saved, then it is refused and what was kept stays', async () => {
    const { checkpoints } = await open();
    await checkpoints.save('a', { version: '1' });
    await expect(checkpoints.save('a', 'x'.repeat(300_000))).rejects.toThrow('the checkpoint a takes at most');
    expect(await checkpoints.load('a')).toEqual({ version: '1' });
  });

  test('given a server that is away, when one saves, then it is refused as unavailable, and the next save keeps both', async () => {
    const prefix = randomUUID();
    const { checkpoints } = await open(prefix);
    await checkpoints.save('gone', 1);
    await server.kill();
    await expect(checkpoints.save('gone', undefined)).rejects.toBeInstanceOf(LogUnavailable);
    await expect(checkpoints.save('first', { version: '1' })).rejects.toBeInstanceOf(LogUnavailable);
    expect(await checkpoints.load('first')).toEqual({ version: '1' });
    await server.start();
    const { checkpoints: others } = await open(prefix);
    await until(
      () =>
        checkpoints.save('second', { version: '2' }).then(
          () => true,
          () => false,
        ),
      () => 'a save once it is back',
    );
    expect(await others.load('first')).toEqual({ version: '1' });
    expect(await others.load('second')).toEqual({ version: '2' });
    expect(await others.load('gone')).toBeUndefined();
  });
});

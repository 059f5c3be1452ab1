// What lies in Redis: large commits and what they leave behind, damage, a server short of memory, a newer version.
import { type OpenedRedis, openRedis, readRedisConfig } from '@winnow/redis';
import { LogUnavailable, StateDamaged, StateNewer, type StateStore } from '@winnow/stream';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bytes, gather, outgoingRecord, sampleCommit } from '../../packages/stream/src/contract/record-samples.ts';
import { missingServer, type RunningServer, startRedis } from '../servers/index.ts';

const MEGABYTE = 1024 * 1024;

describe.skipIf(missingServer('redis'))('in Redis', () => {
  let server: RunningServer;
  let redis: OpenedRedis;
  let store: StateStore;
  let client: Redis;
  beforeAll(async () => {
    // A request of more than 2 MB is refused, so that only what is sent in parts gets there.
    server = await startRedis({ args: ['--proto-max-bulk-len', '2mb', '--client-query-buffer-limit', '4mb'] });
    redis = await openRedis(readRedisConfig({ WINNOW_REDIS_URL: server.url }));
    store = redis.store;
    client = new Redis(server.url);
  });
  afterAll(async () => {
    client.disconnect();
    await redis.close();
    await server.stop();
  });
  beforeEach(() => client.flushall());

  const filled = (length: number, seed: number) => new Uint8Array(length).map((_, at) => (at * 31 + seed) % 251);
  const staged = () => client.keys('winnow:*staged*');

  test('given a commit far above what one request may hold, when it is made, then it is whole, and nothing of the way is left', async () => {
    const claim = await store.claim('sample', 0);
    const delta = filled(9 * MEGABYTE + 17, 1);
    const snapshot = { bucket: 3, of: 64, content: filled(5 * MEGABYTE, 2) };
    const outgoing = Array.from({ length: 9000 }, (_, at) => outgoingRecord(at + 1));
    const large = sampleCommit(0, 1, { delta, snapshots: [snapshot], outgoing, seq: 9000 });
    expect(await store.commit(claim, large)).toBe('committed');
    expect(await staged()).toEqual([]);
    const [first, second] = await gather((await store.load(claim)).changes);
    expect(Buffer.compare(first as Uint8Array, delta)).toBe(0);
    expect(Buffer.compare(second as Uint8Array, snapshot.content)).toBe(0);
    expect(await store.unsettled(claim)).toEqual(outgoing);
  });

  test('given a large snapshot, when a small one replaces it, then no piece of it is left', async () => {
    const claim = await store.claim('sample', 0);
    const written = (content: Uint8Array) => ({ snapshots: [{ bucket: 3, of: 64, content }] });
    await store.commit(claim, sampleCommit(0, 1, written(filled(3 * MEGABYTE, 2))));
    await store.commit(claim, sampleCommit(1, 2, written(bytes(4))));
    expect(await client.hkeys('winnow:{sample/0}:blobs')).toEqual(['s:64:3:0']);
    expect(await gather((await store.load(claim)).changes)).toEqual([bytes(4)]);
  });

  test('given a large commit of a stale owner, when it is refused, then what it staged expires', async () => {
    const stale = await store.claim('sample', 0);
    await store.claim('sample', 0);
    expect(await store.commit(stale, sampleCommit(0, 1, { delta: filled(3 * MEGABYTE, 1) }))).toBe('fenced');
    const left = await staged();
    expect(left).toHaveLength(1);
    expect(await client.pttl(left[0] as string)).toBeGreaterThan(0);
    expect(await client.exists('winnow:{sample/0}:blobs')).toBe(0);
  });

  test('given every key of a partition, when it is looked at, then it names stage and partition as the hash tag', async () => {
    const claim = await store.claim('sample', 7);
    const parts = {
      delta: bytes(1),
      snapshots: [{ bucket: 0, of: 64, content: bytes(2) }],
      outgoing: [outgoingRecord(1)],
    };
    await store.commit(claim, sampleCommit(0, 1, { ...parts, seq: 1 }));
    const keys = await client.keys('*');
    expect(keys.map((key) => key.replace('winnow:{sample/7}:', '')).sort()).toEqual([
      'blobs',
      'deltas',
      'meta',
      'outgoing',
      'snapshots',
    ]);
  });

  test.each([
    ['a changed byte', (key: string) => client.hset(key, 'd:1:0', 'something else, long enough')],
    ['a delta that is gone', (key: string) => client.hdel(key, 'd:1:0')],
    ['a lost piece', (key: string) => client.hdel(key, 'd:1:1')],
  ])('given %s, when it is loaded, then it is damaged, not applied', async (_, harm) => {
    const claim = await store.claim('sample', 0);
    await store.commit(claim, sampleCommit(0, 1, { delta: filled(MEGABYTE + 1, 1) }));
    await harm('winnow:{sample/0}:blobs');
    const error = await gather((await store.load(claim)).changes).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StateDamaged);
    expect(String(error)).toContain('a delta of sample/0 is not what was written');
  });

  test('given a key of another program in the way, when it is claimed, then it is damaged', async () => {
    await client.set('winnow:{sample/0}:meta', 'theirs');
    await expect(store.claim('sample', 0)).rejects.toBeInstanceOf(StateDamaged);
  });

  test('given state of a newer version, when an older one claims it, then it is told, and the owner keeps it', async () => {
    const owner = await store.claim('sample', 0);
    await client.hset('winnow:{sample/0}:meta', 'format', 2);
    await expect(store.claim('sample', 0)).rejects.toThrow(
      /written by a newer version of Winnow; this one reads up to/,
    );
    await expect(store.load(owner)).rejects.toBeInstanceOf(StateNewer);
  });

  test('given a server without memory, when it is committed to, then it is unavailable, until there is room', async () => {
    const claim = await store.claim('sample', 0);
    await client.config('SET', 'maxmemory', '1');
    const commit = sampleCommit(0, 1, { delta: bytes(1) });
    const error = await store.commit(claim, commit).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LogUnavailable);
    expect(String(error)).toContain('its memory is full');
    await client.config('SET', 'maxmemory', '0');
    expect(await store.commit(claim, commit)).toBe('committed');
  });

  test('given a wrong password, when it is opened, then the error is what the server says, and is not waited out', async () => {
    const config = readRedisConfig({
      WINNOW_REDIS_URL: server.url,
      WINNOW_REDIS_PASSWORD: 'wrong',
      WINNOW_REDIS_USERNAME: 'me',
    });
    const error = await openRedis(config).catch((thrown: unknown) => thrown);
    expect(error).not.toBeInstanceOf(LogUnavailable);
    expect(String(error)).toContain('WRONGPASS');
  });

  test('given a server that would drop keys, when it is opened, then its weakness is named', async () => {
    await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
    const other = await openRedis(readRedisConfig({ WINNOW_REDIS_URL: server.url }));
    expect(other.weaknesses).toEqual([expect.stringContaining('maxmemory-policy is allkeys-lru')]);
    expect(redis.weaknesses).toEqual([]);
    await other.close();
    await client.config('SET', 'maxmemory-policy', 'noeviction');
  });
});

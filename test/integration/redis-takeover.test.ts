// Who may write the state in Redis: whatever happens to workers and to Redis, what comes out downstream is what one undisturbed worker gives.
import { type OpenedRedis, openRedis, readRedisConfig } from '@winnow/redis';
import {
  createMemoryLog,
  createMemoryStore,
  type EventLog,
  Fenced,
  type MemoryLog,
  ownParts,
  type RunningStage,
  runStage,
} from '@winnow/stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { outgoingRecord, sampleCommit } from '../../packages/stream/src/contract/record-samples.ts';
import { sleepyLog } from '../../packages/stream/src/contract/sleepy-log.ts';
import { missingServer, until } from '../servers/index.ts';
import { arrival, type Counts, counting, type Heard, hearing } from './redis-fixtures/counting.ts';
import { type RestartableRedis, startRestartable } from './redis-fixtures/restartable.ts';

describe.skipIf(missingServer('redis'))('the state in Redis', () => {
  let server: RestartableRedis;
  let redis: OpenedRedis;
  let log: MemoryLog;
  let heard: Heard[];
  let hearer: RunningStage;
  beforeEach(async () => {
    server = await startRestartable();
    redis = await openRedis(readRedisConfig({ WINNOW_REDIS_URL: server.url, WINNOW_REDIS_TIMEOUT_MS: '2000' }));
    log = createMemoryLog();
    heard = [];
    hearer = await runStage({ stage: hearing(heard), partition: 0, log, store: createMemoryStore() });
  });
  afterEach(async () => {
    await hearer.close();
    await redis.close();
    await server.stop();
  });

  const start = (over: EventLog = log): Promise<RunningStage<Counts>> =>
    runStage({ stage: counting(), partition: 0, log: over, store: redis.store, maxBatch: 2, retryDelay: 1 });
  const say = (...words: string[]) => log.append(words.map(arrival));
  const hears = (count: number) =>
    until(
      () => heard.length >= count,
      () => `${count} words are heard: ${JSON.stringify(heard)}`,
    );
  /** The n-th time that each word was said, in the order in which they were said. */
  const once = (...words: string[]): Heard[] =>
    words.map((word, at) => ({ word, count: words.slice(0, at + 1).filter((each) => each === word).length }));

  test('given a worker stopped between commit and publish, when it wakes after the take-over, then the new owner has published and it can write no more', async () => {
    const sleepy = sleepyLog(log);
    const former = await start(sleepy);
    const ended = expect(former.done).rejects.toBeInstanceOf(Fenced);
    await say('a', 'b');
    await sleepy.asleep;
    const latter = await start();
    await hears(2);
    await say('a', 'c');
    await hears(4);
    sleepy.wake();
    await ended;
    await say('b');
    await hears(5);
    await log.idle();
    expect(heard).toEqual(once('a', 'b', 'a', 'c', 'b'));
    // What the new owner had published for it came late, and was dropped by who reads it.
    expect(log.records('winnow.signals', 0)).toHaveLength(7);
    expect(await redis.store.unsettled(await redis.store.claim('counting', 0))).toEqual([]);
    await latter.close();
  });

  test('given Redis put back to an older file while the worker lives, when the worker commits, then it is fenced, and what it loads anew gives the same', async () => {
    const former = await start();
    await say('a', 'b', 'a');
    await hears(3);
    await log.idle();
    server.keepFiles();
    await say('c', 'a');
    await hears(5);
    await log.idle();
    await server.putBack();
    const ended = expect(former.done).rejects.toBeInstanceOf(Fenced);
    await say('c');
    await ended;
    expect(heard).toHaveLength(5);
    const latter = await start();
    expect(latter.offsets).toEqual({ 'winnow.observations': 3 });
    await hears(6);
    await log.idle();
    expect(heard).toEqual(once('a', 'b', 'a', 'c', 'a', 'c'));
    expect([...latter.state.entries()].sort()).toEqual([
      ['a', 3],
      ['b', 1],
      ['c', 2],
    ]);
    await latter.close();
  });

  test('given a process that keeps its partition running, when Redis is put back to an older file, then it goes on by itself and nothing is heard twice', async () => {
    const crashes: unknown[] = [];
    const owner = ownParts({
      start: () => start(),
      confirm: async () => undefined,
      onCrash: (error) => crashes.push(error),
      firstPause: 1,
    });
    owner.assign([0]);
    await say('a', 'b', 'a');
    await hears(3);
    server.keepFiles();
    await say('c', 'a');
    await hears(5);
    await server.putBack();
    await say('c', 'b');
    await hears(7);
    expect(heard).toEqual(once('a', 'b', 'a', 'c', 'a', 'c', 'b'));
    expect(crashes.some((error) => error instanceof Fenced)).toBe(true);
    await owner.close();
  });

  test('given Redis put back to before a take-over, when both owners live, then one goes on, the other is fenced, and nothing is heard twice', async () => {
    const former = await start();
    await say('a');
    await hears(1);
    await log.idle();
    server.keepFiles();
    const latter = await start();
    await server.putBack();
    const ends = await Promise.all([expect(latter.done).rejects.toBeInstanceOf(Fenced), say('b', 'a'), hears(3)]);
    expect(ends).toHaveLength(3);
    await log.idle();
    expect(heard).toEqual(once('a', 'b', 'a'));
    expect([...former.state.entries()].sort()).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
    await former.close();
  });

  test('given a stale owner, when it does anything at all, then it is refused and what the other wrote stays', async () => {
    const stale = await redis.store.claim('sample', 0);
    await redis.store.commit(
      stale,
      sampleCommit(0, 1, { delta: new Uint8Array(3_000_000), seq: 1, outgoing: [outgoingRecord(1)] }),
    );
    const { changes } = await redis.store.load(stale);
    const owner = await redis.store.claim('sample', 0);
    expect(await redis.store.commit(stale, sampleCommit(1, 2, { seq: 2 }))).toBe('fenced');
    await expect(redis.store.settle(stale, 1)).rejects.toBeInstanceOf(Fenced);
    await expect(redis.store.unsettled(stale)).rejects.toBeInstanceOf(Fenced);
    await expect(redis.store.load(stale)).rejects.toBeInstanceOf(Fenced);
    await expect(changes[Symbol.asyncIterator]().next()).rejects.toBeInstanceOf(Fenced);
    expect(await redis.store.load(owner)).toMatchObject({ offsets: { 'winnow.signals': 1 }, seq: 1 });
    expect(await redis.store.unsettled(owner)).toEqual([outgoingRecord(1)]);
  });

  test('given memory that is ahead of a Redis put back, when the same owner loads again, then it is fenced rather than told of damage', async () => {
    const claim = await redis.store.claim('sample', 0);
    server.keepFiles();
    await redis.store.commit(claim, sampleCommit(0, 1));
    await server.putBack();
    await expect(redis.store.load(claim)).rejects.toThrow(/was put back to an older state of sample\/0: claim it anew/);
  });
});

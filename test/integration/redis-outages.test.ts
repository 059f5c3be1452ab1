// Answers that are lost, servers that are killed, connections that say nothing: no commit is lost, none is made twice, none is refused wrongly.
import { once } from 'node:events';
import { connect } from 'node:net';
import { type OpenedRedis, openRedis, readRedisConfig } from '@winnow/redis';
import { type Commit, LogUnavailable, type StateStore } from '@winnow/stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  bytes,
  gather,
  namesOf,
  outgoingRecord,
  sampleCommit,
} from '../../packages/stream/src/contract/record-samples.ts';
import { missingServer, startProxy } from '../servers/index.ts';
import { startLosingProxy } from './redis-fixtures/losing-proxy.ts';
import { type RestartableRedis, startRestartable } from './redis-fixtures/restartable.ts';

describe.skipIf(missingServer('redis'))('a commit to Redis', () => {
  let server: RestartableRedis;
  const opened: OpenedRedis[] = [];
  beforeEach(async () => {
    server = await startRestartable();
  });
  afterEach(async () => {
    for (const redis of opened.splice(0)) await redis.close();
    await server.stop();
  });

  async function open(url = server.url, timeout = '2000'): Promise<StateStore> {
    const redis = await openRedis(readRedisConfig({ WINNOW_REDIS_URL: url, WINNOW_REDIS_TIMEOUT_MS: timeout }));
    opened.push(redis);
    return redis.store;
  }

  /** As a stage does: the very same commit, until it is answered. */
  async function persist(store: StateStore, claim: Parameters<StateStore['commit']>[0], commit: Commit) {
    for (;;) {
      try {
        return await store.commit(claim, commit);
      } catch (error) {
        expect(error).toBeInstanceOf(LogUnavailable);
      }
    }
  }

  const nth = (at: number): Commit =>
    sampleCommit(at, at + 1, { seq: at + 1, delta: bytes(at % 256, at >> 8), outgoing: [outgoingRecord(at + 1)] });

  test('given an answer that was lost with its connection, when it is sent again, then it was made once and is committed', async () => {
    const proxy = await startLosingProxy(server.url);
    const store = await open(proxy.url);
    const claim = await store.claim('sample', 0);
    expect(await store.commit(claim, nth(0))).toBe('committed');
    const noted = { topic: 'winnow.signals', offset: 1, count: 1 } as const;
    const stays = sampleCommit(1, 1, { seq: 1, delta: bytes(7), attempts: noted });
    for (const commit of [nth(1), nth(2)]) {
      proxy.loseAnswersTo('winnow:{sample/0}:meta');
      expect(await persist(store, claim, commit)).toBe('committed');
    }
    proxy.loseAnswersTo('winnow:{sample/0}:meta');
    const unmoved = { ...stays, from: nth(2).to, to: nth(2).to, seq: 3 };
    expect(await persist(store, claim, unmoved)).toBe('committed');
    expect(proxy.lost).toBe(3);
    const loaded = await store.load(claim);
    expect(loaded).toMatchObject({ offsets: { 'winnow.signals': 3 }, seq: 3, attempts: noted });
    expect(await gather(loaded.changes)).toEqual([bytes(0, 0), bytes(1, 0), bytes(2, 0), bytes(7)]);
    expect(namesOf(await store.unsettled(claim))).toEqual(['out-1', 'out-2', 'out-3']);
    await proxy.stop();
  });

  /** A commit whose answers are all lost: it may have been made, and whoever made it was told that it may not. */
  async function commitUnheard() {
    const proxy = await startLosingProxy(server.url);
    const store = await open(proxy.url, '300');
    const claim = await store.claim('sample', 0);
    proxy.loseAnswersTo('winnow:{sample/0}:meta', 1000);
    const commit = nth(0);
    await expect(store.commit(claim, commit)).rejects.toBeInstanceOf(LogUnavailable);
    proxy.loseAnswersTo('', 0);
    return { proxy, store, claim, commit };
  }

  test('given more lost answers than the client has patience for, when the same commit is tried again, then it is told of as it was made', async () => {
    const { proxy, store, claim, commit } = await commitUnheard();
    expect(await store.commit(claim, commit)).toBe('committed');
    expect(await store.commit(claim, nth(1))).toBe('committed');
    expect(namesOf(await store.unsettled(claim))).toEqual(['out-1', 'out-2']);
    await proxy.stop();
  });

  test('given a lost answer and a take-over meanwhile, when the commit is sent again, then it is fenced and the new owner has what it held', async () => {
    const { proxy, store, claim, commit } = await commitUnheard();
    const other = await open();
    const owner = await other.claim('sample', 0);
    expect(await store.commit(claim, commit)).toBe('fenced');
    expect(namesOf(await other.unsettled(owner))).toEqual(['out-1']);
    expect(await other.commit(owner, nth(1))).toBe('committed');
    await proxy.stop();
  });

  test('given a request that was held up on its way, when it arrives after its successor at the same offsets, then it is fenced', async () => {
    const proxy = await startLosingProxy(server.url);
    const store = await open(proxy.url);
    const claim = await store.claim('sample', 0);
    const attempt = (count: number) =>
      sampleCommit(0, 0, { delta: bytes(count), attempts: { topic: 'winnow.signals', offset: 0, count } });
    await store.commit(claim, attempt(1));
    await store.commit(claim, attempt(2));
    const held = proxy.latest;
    await store.commit(claim, attempt(3));
    const late = connect(Number(new URL(server.url).port), '127.0.0.1').end(held);
    const [answer] = await once(late, 'data');
    expect(String(answer)).toContain('fenced');
    const loaded = await store.load(claim);
    expect(loaded.attempts?.count).toBe(3);
    expect(await gather(loaded.changes)).toEqual([bytes(1), bytes(2), bytes(3)]);
    await proxy.stop();
  });

  test('given a Redis that is killed again and again, when commits go on, then each is there once and in order', async () => {
    const store = await open();
    const claim = await store.claim('sample', 0);
    let isOver = false;
    let made = 0;
    const killing = (async () => {
      for (let kill = 0; kill < 8; kill++) {
        const before = made;
        while (made < before + 20) await new Promise(setImmediate);
        await server.kill();
        await server.start();
      }
    })().finally(() => {
      isOver = true;
    });
    while (!isOver) {
      expect(await persist(store, claim, nth(made))).toBe('committed');
      made += 1;
    }
    await killing;
    const loaded = await store.load(claim);
    expect(loaded).toMatchObject({ offsets: { 'winnow.signals': made }, seq: made });
    expect(await gather(loaded.changes)).toEqual(Array.from({ length: made }, (_, at) => nth(at).delta));
    expect(await store.unsettled(claim)).toEqual(Array.from({ length: made }, (_, at) => outgoingRecord(at + 1)));
  });

  test('given a connection that stays open and says nothing, when it is silent for long, then it is given up, and passes later', async () => {
    const proxy = await startProxy(server.url);
    const store = await open(proxy.url, '200');
    const claim = await store.claim('sample', 0);
    proxy.goSilent();
    const commit = nth(0);
    await expect(store.commit(claim, commit)).rejects.toThrow(
      /Redis at 127\.0\.0\.1:\d+ cannot be reached: .*(Socket timeout|no answer)/,
    );
    proxy.resume();
    expect(await persist(store, claim, commit)).toBe('committed');
    expect((await store.load(claim)).offsets).toEqual({ 'winnow.signals': 1 });
    expect(namesOf(await store.unsettled(claim))).toEqual(['out-1']);
    await proxy.stop();
  });

  test('given no server, when it is opened, then it says where and that it cannot be reached', async () => {
    await server.kill();
    await expect(open(server.url, '300')).rejects.toThrow(/^Redis at 127\.0\.0\.1:\d+ cannot be reached: /);
  });
});

import { type DeadLetter, topics } from '@winnow/contracts';
import { describe, expect, it } from 'vitest';
import { Fenced, LogUnavailable, StageCrashed, StateNewer } from './errors.ts';
import { createMemoryLog } from './memory/memory-log.ts';
import { createMemoryStore } from './memory/memory-store.ts';
import { openPartition } from './partition-memory.ts';
import type { EventLog, StateStore } from './ports.ts';
import type { LogRecord, NewRecord } from './records.ts';
import { type CommitInfo, type RunStage, runStage } from './run-stage.ts';
import type { Span } from './spans.ts';
import { jsonTable, type Stage, type Tables } from './stage.ts';
import type { Table } from './table.ts';

type Counts = Table<number>;

/** Counts words; tells of each; throws at `bad`. */
function counting(overrides: Partial<Stage<Counts>> = {}): Stage<Counts> {
  return {
    name: 'counting',
    version: 1,
    inputs: [topics.observations.name],
    tables: { counts: 'json' },
    open: (tables) => jsonTable<number>(tables, 'counts'),
    decide(counts, { value }) {
      const { word } = value as { word: string };
      if (word === 'bad') throw new Error('cannot count that');
      const count = (counts.get(word) ?? 0) + 1;
      counts.set(word, count);
      return {
        emit: [{ topic: topics.signals.name, key: word, type: 'word', value: { word, count } }],
        ledger: [{ source: 'kubernetes.event', outcome: 'signal', reason: '', count: 1 }],
      };
    },
    ...overrides,
  };
}

function arrival(word: string, headers: Record<string, string> = {}): NewRecord {
  const value = {
    word,
    tenant: 't',
    cluster: 'c',
    at: '2026-03-08T15:21:12.035Z',
    source: 'kubernetes.event',
    items: [1, 2],
  };
  return { topic: topics.observations.name, partition: 0, key: 'c', headers, value };
}

function setUp() {
  const log = createMemoryLog();
  const store = createMemoryStore();
  const start = (options: Partial<RunStage<Counts>> = {}) =>
    runStage({ stage: counting(), partition: 0, log, store, retryDelay: 1, ...options });
  const words = () => log.records(topics.signals.name, 0).map(({ value }) => value);
  return { log, store, start, words };
}

describe('running a stage', () => {
  it('given records, when they are decided on, then what is put out carries its place, CloudEvents and its trace', async () => {
    const { log, start } = setUp();
    const traceparent = `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`;
    const running = await start();
    await log.append([arrival('a', { traceparent }), arrival('b')]);
    await log.idle();
    const [first, second] = log.records(topics.signals.name, 0);
    expect(first?.headers).toMatchObject({
      producer: 'counting/0',
      seq: '1',
      ce_specversion: '1.0',
      ce_id: 'counting/0/1',
      ce_source: 'winnow/counting/0',
      ce_type: 'word',
      'content-type': 'application/json',
    });
    expect(first?.headers.traceparent).toMatch(new RegExp(`^00-${'ab'.repeat(16)}-[0-9a-f]{16}-01$`));
    expect(second?.headers.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(second?.headers.seq).toBe('2');
    await running.close();
    await running.done;
  });

  it('given a stage that was closed, when it runs again, then it goes on where it stood', async () => {
    const { log, start, words } = setUp();
    const first = await start();
    await log.append([arrival('a'), arrival('b')]);
    await log.idle();
    await first.close();
    await log.append([arrival('a')]);
    const second = await start();
    await log.idle();
    expect(words()).toEqual([
      { word: 'a', count: 1 },
      { word: 'b', count: 1 },
      { word: 'a', count: 2 },
    ]);
    expect(second.ledger()).toEqual([{ source: 'kubernetes.event', outcome: 'signal', reason: '', count: 3 }]);
    expect([...second.state.entries()]).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
    await second.close();
  });

  it('given records that a producer published twice, when they come again, then they are dropped', async () => {
    const { log, start, words } = setUp();
    const running = await start({ maxBatch: 2 });
    const from = (seq: number) => arrival(`w${seq}`, { producer: 'reader/0', seq: String(seq) });
    await log.append([from(1), from(2), from(1), from(2), from(3), from(3)]);
    await log.idle();
    expect(words()).toEqual([1, 2, 3].map((seq) => ({ word: `w${seq}`, count: 1 })));
    await running.close();
  });

  it('given observers, when a batch is committed, then they hear of it and of its spans', async () => {
    const { log, start } = setUp();
    const infos: CommitInfo[] = [];
    const spans: Span[] = [];
    const states: number[] = [];
    const running = await start({
      onCommit: (info) => infos.push(info),
      tracer: (span) => spans.push(span),
      afterCommit: (state) => states.push(state.size),
    });
    await log.append([arrival('a'), arrival('a')]);
    await log.idle();
    expect(infos).toMatchObject([
      { stage: 'counting', partition: 0, records: 2, ledger: [{ count: 2 }], offsets: { 'winnow.observations': 2 } },
    ]);
    expect(infos[0]?.emitted).toHaveLength(2);
    expect(states).toEqual([0, 1]);
    const [arrived, emitted] = spans;
    expect(arrived).toMatchObject({ name: 'arrival kubernetes.event', attributes: { 'winnow.observation': '0-0.0' } });
    expect(emitted).toMatchObject({ name: 'counting word', traceId: arrived?.traceId, parentSpanId: arrived?.spanId });
    expect(emitted?.end).toBeGreaterThanOrEqual(emitted?.start ?? Infinity);
    await running.close();
  });

  it('given a record at which it throws, when it is started again and again, then it is set aside the third time', async () => {
    const { log, store, start, words } = setUp();
    await log.append([arrival('a'), arrival('bad'), arrival('b')]);
    for (const attempt of [1, 2]) {
      const crashed = await start();
      await expect(crashed.done).rejects.toThrow(`attempt ${attempt} of 3): cannot count that`);
      await expect(crashed.done).rejects.toBeInstanceOf(StageCrashed);
      // What came before it is committed, it itself is not.
      expect((await store.load(await store.claim('counting', 0))).offsets).toEqual({ 'winnow.observations': 1 });
    }
    const running = await start();
    await log.idle();
    expect(words()).toEqual([
      { word: 'a', count: 1 },
      { word: 'b', count: 1 },
    ]);
    const letter = log.records(topics.deadLetters.name, 0)[0] as LogRecord;
    expect(letter?.value).toMatchObject({
      code: 'poison',
      stage: 'counting',
      position: '0-1',
      cluster: 'c',
      tenant: 't',
    });
    const { stack = '' } = letter.value as DeadLetter;
    expect(stack).toContain('cannot count that');
    expect(stack.length).toBeLessThanOrEqual(4096);
    expect(running.ledger()).toEqual([
      { source: 'kubernetes.event', outcome: 'dead_lettered', reason: 'poison', count: 2 },
      { source: 'kubernetes.event', outcome: 'signal', reason: '', count: 2 },
    ]);
    expect((await store.load(await store.claim('counting', 0))).attempts).toBeUndefined();
    await running.close();
  });

  it('given a record that a newer version can decide on, when it comes after two attempts, then it is not set aside', async () => {
    const { log, start, words } = setUp();
    await log.append([arrival('bad')]);
    for (let attempt = 0; attempt < 2; attempt++) await expect((await start()).done).rejects.toThrow();
    const mended = counting({
      decide: () => ({ emit: [{ topic: topics.signals.name, key: '', type: 'x', value: 'mended' }] }),
    });
    const running = await start({ stage: mended });
    await log.idle();
    expect(words()).toEqual(['mended']);
    expect(log.records(topics.deadLetters.name, 0)).toEqual([]);
    await running.close();
  });

  it('given an owner whose partition is claimed by another, when it commits, then it ends as fenced', async () => {
    const { log, start, words } = setUp();
    const former = await start();
    const latter = await start();
    const ended = expect(former.done).rejects.toBeInstanceOf(Fenced);
    await log.append([arrival('a')]);
    await ended;
    await log.idle();
    expect(words()).toEqual([{ word: 'a', count: 1 }]);
    await latter.close();
  });

  it('given a log that is unavailable for long, when it comes back, then what was committed is published', async () => {
    const { log, start, words } = setUp();
    let failures = 8;
    const flaky: EventLog = {
      ...log,
      append: (records) => (failures-- > 0 ? Promise.reject(new LogUnavailable('disk full')) : log.append(records)),
    };
    const running = await start({ log: flaky });
    await log.append([arrival('a')]);
    await log.idle();
    expect(words()).toEqual([{ word: 'a', count: 1 }]);
    await running.close();
  });

  it('given a commit that fails although it was written, when it is loaded again, then nothing is folded twice', async () => {
    const { log, store, start, words } = setUp();
    let failures = 2;
    const flaky: StateStore = {
      ...store,
      async commit(claim, commit) {
        const answer = await store.commit(claim, commit);
        if (failures-- > 0) throw new Error('the answer was lost');
        return answer;
      },
    };
    const running = await start({ store: flaky, maxBatch: 1 });
    await log.append([arrival('a'), arrival('a'), arrival('a')]);
    await log.idle();
    expect(words()).toEqual([1, 2, 3].map((count) => ({ word: 'a', count })));
    expect(running.state.get('a')).toBe(3);
    await running.close();
  });

  it('given a store that is unavailable for long, when there is room again, then the batch is committed once', async () => {
    const { log, store, start, words } = setUp();
    let failures = 8;
    const full: StateStore = {
      ...store,
      commit: (claim, commit) =>
        failures-- > 0 ? Promise.reject(new LogUnavailable('disk full')) : store.commit(claim, commit),
    };
    const running = await start({ store: full });
    await log.append([arrival('a')]);
    await log.idle();
    expect(words()).toEqual([{ word: 'a', count: 1 }]);
    expect(failures).toBeLessThan(0);
    await running.close();
  });

  it('given a store that stays broken, when a batch has been tried five times, then it ends with the error', async () => {
    const { log, store, start } = setUp();
    const running = await start({ store: { ...store, commit: () => Promise.reject(new Error('no such disk')) } });
    const ended = expect(running.done).rejects.toThrow('no such disk');
    await log.append([arrival('a')]);
    await ended;
  });

  it('given state of an older version, when it is loaded, then it is migrated one step at a time', async () => {
    const { log, store, start } = setUp();
    const first = await start();
    await log.append([arrival('a')]);
    await log.idle();
    await first.close();
    const steps: number[] = [];
    const timesTen = (from: number) => (tables: Tables) => {
      steps.push(from);
      const counts = jsonTable<number>(tables, 'counts');
      for (const [word, count] of counts.entries()) counts.set(word, count * 10);
    };
    const newer = counting({
      version: 3,
      migrate: { 1: timesTen(1), 2: timesTen(2) },
    });
    const second = await start({ stage: newer });
    await log.append([arrival('b')]);
    await log.idle();
    await second.close();
    expect(steps).toEqual([1, 2]);
    const third = await start({ stage: newer });
    expect(third.state.get('a')).toBe(100);
    expect(steps).toEqual([1, 2]);
    await third.close();
    await expect(start()).rejects.toBeInstanceOf(StateNewer);
    expect((await store.load(await store.claim('counting', 0))).version).toBe(3);
  });

  it('given a version without a step to it, when older state is loaded, then nothing is guessed', async () => {
    const { log, start } = setUp();
    const first = await start();
    await log.append([arrival('a')]);
    await log.idle();
    await first.close();
    const without = counting({ version: 3, migrate: { 1: () => undefined } });
    await expect(start({ stage: without })).rejects.toThrow('counting has no step from version 2 of its state to 3');
  });

  it('given committed state, when somebody only reads it, then it is there without running the stage', async () => {
    const { log, store, start } = setUp();
    const running = await start();
    await log.append([arrival('a'), arrival('a')]);
    await log.idle();
    await running.close();
    const { state, ledger } = await openPartition(counting(), await store.load(await store.claim('counting', 0)));
    expect(state.get('a')).toBe(2);
    expect(ledger.cells()).toHaveLength(1);
  });
});

import { type Ask, type LookupResult, topics } from '@winnow/contracts';
import { describe, expect, it } from 'vitest';
import type { Lookup } from './effects.ts';
import { LookupDenied } from './errors.ts';
import { settle } from './lockstep.ts';
import { createMemoryLog } from './memory/memory-log.ts';
import { createMemoryStore } from './memory/memory-store.ts';
import type { NewRecord } from './records.ts';
import { type RunWorker, runWorker } from './worker.ts';

function ask(id: string, parts: Partial<Ask> = {}): NewRecord<Ask> {
  const head = {
    schema: 1,
    type: 'ask',
    id,
    tenant: 't',
    cluster: 'c',
    incident: 'inc-1',
    revision: 1,
    kind: 'logs',
  } as const;
  const value: Ask = { ...head, arguments: {}, at: '2026-03-08T15:21:12.035Z', deadline: 10_000, ...parts };
  return {
    topic: topics.lookups.name,
    partition: 0,
    key: id,
    headers: { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` },
    value,
  };
}

function setUp() {
  const log = createMemoryLog();
  const store = createMemoryStore();
  const start = (logs: Lookup | undefined, options: Partial<RunWorker> = {}) =>
    runWorker({
      name: 'w',
      partition: 0,
      log,
      store,
      kinds: ['logs'],
      lookups: logs ? { logs } : {},
      retryDelay: 1,
      now: ({ at }) => at,
      ...options,
    });
  const results = () =>
    log.records(topics.lookups.name, 0).filter(({ value }) => (value as LookupResult).type === 'result');
  const values = () => results().map(({ value }) => value as LookupResult);
  return { log, store, start, results, values };
}

describe('a worker', () => {
  it('given an ask, when it is answered, then the result is appended under its key and in its trace', async () => {
    const { log, start, results } = setUp();
    const worker = await start(async ({ id }) => ({ status: 'ok', value: `about ${id}` }));
    await log.append([ask('ask-1')]);
    await settle(log, [worker]);
    expect(results()).toMatchObject([
      {
        key: 'ask-1',
        headers: { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, ce_type: 'lookup-result' },
        value: {
          type: 'result',
          ask: 'ask-1',
          status: 'ok',
          value: 'about ask-1',
          at: '2026-03-08T15:21:12.035Z',
          incident: 'inc-1',
        },
      },
    ]);
    expect(results()[0]?.headers).not.toHaveProperty('producer');
    await worker.close();
  });

  it('given an ask of another kind, when it comes, then it is left to its own worker', async () => {
    const { log, start, values } = setUp();
    const worker = await start(async () => ({ status: 'ok' }));
    await log.append([ask('ask-1', { kind: 'diagnosis' })]);
    await settle(log, [worker]);
    expect(values()).toEqual([]);
    await worker.close();
  });

  it('given look-ups that throw, are late or missing, when they are carried out, then each is a result all the same', async () => {
    const { log, start, values } = setUp();
    let aborted = false;
    const worker = await start(
      ({ id }, signal) => {
        if (id === 'ask-throws') throw new Error('no such pod');
        signal.addEventListener('abort', () => {
          aborted = true;
        });
        return new Promise(() => undefined);
      },
      { kinds: ['logs', 'events'] },
    );
    await log.append([ask('ask-throws'), ask('ask-late', { deadline: 5 }), ask('ask-missing', { kind: 'events' })]);
    await settle(log, [worker]);
    const found = Object.fromEntries(values().map(({ ask: id, status, message }) => [id, `${status}: ${message}`]));
    expect(found).toEqual({
      'ask-throws': 'failed: no such pod',
      'ask-late': 'timeout: no answer within 5 ms',
      'ask-missing': 'failed: nothing here can look up events',
    });
    expect(aborted).toBe(true);
    await worker.close();
  });

  it('given a look-up that the cluster refuses, when it is carried out, then the result is that it was denied', async () => {
    const { log, start, values } = setUp();
    const worker = await start(async () => {
      throw new LookupDenied('may not get pods/log');
    });
    await log.append([ask('ask-1')]);
    await settle(log, [worker]);
    expect(values()).toMatchObject([{ status: 'denied', message: 'may not get pods/log' }]);
    await worker.close();
  });

  it('given many asks, when they are carried out, then no more than the pool at once, the oldest first', async () => {
    const { log, start, values } = setUp();
    let atOnce = 0;
    let most = 0;
    const began: string[] = [];
    const worker = await start(
      async ({ id }) => {
        began.push(id);
        most = Math.max(most, ++atOnce);
        await new Promise((resolve) => setTimeout(resolve, 2));
        atOnce -= 1;
        return { status: 'empty' };
      },
      { concurrency: 3 },
    );
    const at = (n: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, n)).toISOString();
    const ids = Array.from({ length: 10 }, (_, n) => `ask-${9 - n}`);
    await log.append(ids.map((id, n) => ask(id, { at: at(n) })));
    await settle(log, [worker]);
    expect(most).toBe(3);
    expect(began).toEqual(ids);
    expect(values()).toHaveLength(10);
    await worker.close();
  });

  it('given a worker that was closed at work, when it runs again, then it asks again and the answer is one', async () => {
    const { log, start, values } = setUp();
    let cancelled = false;
    const begun = Promise.withResolvers<void>();
    const first = await start((_, signal) => {
      signal.addEventListener('abort', () => {
        cancelled = true;
      });
      begun.resolve();
      return new Promise(() => undefined);
    });
    await log.append([ask('ask-1')]);
    await begun.promise;
    expect(first.busy).toBe(true);
    await first.close();
    expect(cancelled).toBe(true);
    expect(values()).toEqual([]);
    const second = await start(async () => ({ status: 'ok', value: 1 }));
    await settle(log, [second]);
    expect(values()).toMatchObject([{ ask: 'ask-1', status: 'ok' }]);
    await second.close();
    const third = await start(async () => ({ status: 'ok', value: 2 }));
    await settle(log, [third]);
    expect(values()).toHaveLength(1);
    await third.close();
  });

  it('given a log that stays broken, when a result cannot be appended, then the worker ends with the error', async () => {
    const { log, start } = setUp();
    const worker = await start(async () => ({ status: 'ok' }), {
      log: { ...log, append: () => Promise.reject(new Error('refused')) },
    });
    await log.append([ask('ask-1')]);
    await expect(settle(log, [worker])).rejects.toThrow('refused');
  });

  it('given an ask that is put out again after its result, when the worker reads both at once, then it is asked again', async () => {
    const { log, start, values } = setUp();
    let asked = 0;
    const worker = await start(async () => ({ status: 'ok', value: ++asked }));
    await log.append([ask('ask-1')]);
    await settle(log, [worker]);
    await log.append([ask('ask-1')]);
    await settle(log, [worker]);
    expect(values().map(({ value }) => value)).toEqual([1, 2]);
    await worker.close();
  });

  it('given somebody who waits for it, when a worker is closed with asks open, then the waiting ends', async () => {
    const { log, start } = setUp();
    const worker = await start(() => new Promise(() => undefined));
    await log.append([ask('ask-1')]);
    await log.idle();
    const waited = expect(worker.idle()).rejects.toThrow('closed while asks were open');
    await worker.close();
    await waited;
  });

  it('given many asks, then the gravest are carried out first, and of equals the oldest, so many at once', async () => {
    const { log, start } = setUp();
    const order: string[] = [];
    let most = 0;
    let now = 0;
    const worker = await start(
      async ({ id }) => {
        order.push(id);
        most = Math.max(most, ++now);
        await new Promise((resolve) => setImmediate(resolve));
        now--;
        return { status: 'empty' };
      },
      { concurrency: 2 },
    );
    const later = '2026-03-08T15:22:00.000Z';
    await log.append([
      ask('c-late', { priority: 0, at: later }),
      ask('d-low', { priority: 3 }),
      ask('b-first'),
      ask('a-high', { priority: 1 }),
      ...Array.from({ length: 50 }, (_, at) => ask(`e-${at}`, { priority: 2, incident: `inc-${at}` })),
    ]);
    await settle(log, [worker]);
    expect(order.slice(0, 4)).toEqual(['b-first', 'c-late', 'a-high', 'e-0']);
    expect([order.at(-1), order.length, most]).toEqual(['d-low', 54, 2]);
    expect(worker.figures()).toEqual({ name: 'w', partition: 0, open: 0, running: 0, answered: { empty: 54 } });
    await worker.close();
  });

  it('given asks about a revision when there are asks about a later one, then they are cancelled, waiting or under way', async () => {
    const { log, start, values } = setUp();
    const begun = Promise.withResolvers<void>();
    const worker = await start(
      ({ revision }, signal) => {
        if (revision === 3) return Promise.resolve({ status: 'ok', value: 3 });
        begun.resolve();
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('ended'))));
      },
      { concurrency: 1, latestOnly: true },
    );
    await log.append([ask('ask-1', { revision: 1 })]);
    await begun.promise;
    await log.append([
      ask('ask-2', { revision: 2 }),
      ask('ask-3', { revision: 3 }),
      ask('ask-other', { revision: 3, incident: 'inc-2' }),
    ]);
    await settle(log, [worker]);
    const found = Object.fromEntries(values().map(({ ask: id, status }) => [id, status]));
    expect(found).toEqual({ 'ask-1': 'cancelled', 'ask-2': 'cancelled', 'ask-3': 'ok', 'ask-other': 'ok' });
    await worker.close();
  });

  it('given that each revision is told of, as to people, then no ask is passed over', async () => {
    const { log, start, values } = setUp();
    const worker = await start(async () => ({ status: 'ok' }), { concurrency: 1 });
    await log.append([ask('ask-1', { revision: 1 }), ask('ask-2', { revision: 2 })]);
    await settle(log, [worker]);
    expect(values().map(({ ask: id, status }) => [id, status])).toEqual([
      ['ask-1', 'ok'],
      ['ask-2', 'ok'],
    ]);
    await worker.close();
  });
});

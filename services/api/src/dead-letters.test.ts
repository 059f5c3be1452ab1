import { type DeadLetter, type Envelope, topics } from '@winnow/contracts';
import { createMemoryLog, type EventLog, LogUnavailable } from '@winnow/stream';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { type RunningApi, startApi } from './main.ts';
import { registerApi } from './register-api.ts';
import { at } from './testing/records.ts';

let server: FastifyInstance;
let api: RunningApi;
afterEach(async () => {
  await server?.close();
  await api?.close();
});

const arrival: Envelope = {
  ...{ schema: 1, tenant: 'default', cluster: 'prod', source: 'kubernetes.event', instance: 'watch', at, items: [] },
};
const head = { key: 'prod', headers: {}, partition: 0 };
const letter = (over: Partial<DeadLetter> = {}): DeadLetter => ({
  ...{
    schema: 1,
    id: 'dl-1',
    tenant: 'default',
    cluster: 'prod',
    at,
    stage: 'signals',
    code: 'poison',
    position: '0-0',
  },
  ...{ place: 'winnow.observations, partition 0, offset 0', expected: 'x', found: 'Error: y', stack: 'at y' },
  ...{ record: arrival, ...over },
});

async function start(letters: readonly DeadLetter[], { fails = false } = {}) {
  const log = createMemoryLog();
  await log.append([
    { ...head, topic: topics.observations.name, value: arrival },
    ...letters.map((value) => ({ ...head, topic: topics.deadLetters.name, value })),
  ]);
  const failing: EventLog = { ...log, append: () => Promise.reject(new LogUnavailable('the disk is full')) };
  api = startApi({ log: fails ? failing : log, partitions: 1 });
  await log.idle();
  server = fastify();
  registerApi(server, {
    ...api,
    ...{ sources: () => [api.source], ledger: () => [], ready: () => undefined },
    grantOf: () => ({ name: 'on-call', clusters: ['prod'] }),
  });
  const ask = async (method: 'GET' | 'POST', path: string, payload?: object, headers: Record<string, string> = {}) => {
    const url = `/api/v1/dead-letters${path}`;
    const response = await server.inject({ method, url, headers, ...(payload && { payload }) });
    return { status: response.statusCode, body: response.json() };
  };
  return { log, ask };
}

describe('dead letters over HTTP', () => {
  it('given some, when they are listed, then the newest comes first, each with what can be done about it', async () => {
    const old = letter({ id: 'dl-0', at: '2026-03-08T15:00:00.000Z', code: 'too-large', position: '0-0.0' });
    const { ask } = await start([letter(), old, letter({ id: 'dl-h', cluster: 'hidden' })]);
    const { body } = await ask('GET', '');
    expect(body.deadLetters.map((each: DeadLetter) => each.id)).toEqual(['dl-1', 'dl-0']);
    expect(body.deadLetters[0]).toMatchObject({ replayable: true, remedy: expect.stringContaining('stack') });
    expect(body.deadLetters[0].stack).toBeUndefined();
    expect(body.deadLetters[1]).toMatchObject({
      replayable: false,
      notReplayable: expect.stringContaining('too large'),
    });
    expect((await ask('GET', '/dl-1')).body).toMatchObject({ stack: 'at y', record: { cluster: 'prod' } });
    expect((await ask('GET', '/dl-h')).status).toBe(404);
  });

  it('given filters and pages, when they are listed, then each comes once', async () => {
    const some = ['a', 'b', 'c'].map((id) => letter({ id, stage: 'grouping' }));
    const { ask } = await start([...some, letter()]);
    const first = (await ask('GET', '?stage=grouping&limit=2')).body;
    const second = (await ask('GET', `?stage=grouping&limit=2&cursor=${encodeURIComponent(first.nextCursor)}`)).body;
    expect([...first.deadLetters, ...second.deadLetters].map((each) => each.id)).toEqual(['a', 'b', 'c']);
    expect(second.nextCursor).toBeUndefined();
    expect((await ask('GET', '?code=too-large')).body.deadLetters).toEqual([]);
    expect(await ask('GET', '?since=soon')).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('since') },
    });
  });

  it('given a poisonous arrival, when it is replayed, then it is in the log anew, and a second time only where that is meant', async () => {
    const { log, ask } = await start([letter()]);
    const { status, body } = await ask('POST', '/dl-1/replay');
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { deadLetter: 'dl-1', observation: '0-1', from: 'log' },
    });
    expect(log.records(topics.observations.name, 0)[1]?.value).toMatchObject({
      at: body.at,
      originalAt: at,
      replayOf: 'dl-1',
    });
    expect((await ask('GET', '/dl-1')).body.replayed).toEqual({ at: body.at, times: 1, by: 'on-call' });
    const second = await ask('POST', '/dl-1/replay');
    expect(second).toMatchObject({ status: 409, body: { detail: expect.stringContaining('on-call') } });
    expect(await ask('POST', '/dl-1/replay', { again: true, actor: 'ann' })).toMatchObject({ status: 200 });
    expect((await ask('GET', '/dl-1')).body.replayed).toMatchObject({ times: 2, by: 'ann' });
  });

  it.each([
    ['unknown', '/dl-9/replay', undefined, 404, 'no dead letter dl-9'],
    ['not to be seen', '/dl-h/replay', undefined, 404, 'no dead letter dl-h'],
    ['unreadable', '/dl-u/replay', undefined, 422, 'send it again'],
    ['asked for wrongly', '/dl-1/replay', { again: 'yes' }, 400, 'again: expected true or false'],
  ])(
    'given one that is %s, when it is to be replayed, then the answer says why not',
    async (_, path, body, status, words) => {
      const { ask, log } = await start([
        letter(),
        letter({ id: 'dl-h', cluster: 'hidden' }),
        letter({ id: 'dl-u', code: 'wrong-shape' }),
      ]);
      expect(await ask('POST', path, body)).toMatchObject({ status, body: { detail: expect.stringContaining(words) } });
      expect(log.records(topics.observations.name, 0)).toHaveLength(1);
    },
  );

  it('given a log that cannot be written, when one is to be replayed, then it is still there to be replayed', async () => {
    const { ask } = await start([letter()], { fails: true });
    expect((await ask('POST', '/dl-1/replay')).status).toBe(503);
    expect((await ask('GET', '/dl-1')).body.replayed).toBeUndefined();
    expect((await ask('POST', '/dl-1/replay', {}, { origin: 'https://elsewhere.example' })).status).toBe(403);
  });
});

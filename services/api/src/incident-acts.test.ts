import type { Incident, OperatorItem } from '@winnow/contracts';
import { LogUnavailable } from '@winnow/stream';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { createAlertIndex } from './core/alert-index.ts';
import { createIncidentSource } from './incident-source.ts';
import { registerApi } from './register-api.ts';
import { incident, incidentRecord } from './testing/records.ts';

let server: FastifyInstance;
afterEach(() => server?.close());

function start({ fails = false, example = false, actor = '' } = {}) {
  const source = createIncidentSource({ readRecord: async () => undefined, example });
  const taken: { readonly items: readonly OperatorItem[]; readonly cluster: string | undefined }[] = [];
  server = fastify();
  registerApi(server, {
    sources: () => [source],
    ledger: () => [],
    ready: () => undefined,
    alerts: createAlertIndex(),
    readRecord: async () => undefined,
    grantOf: () => (actor ? { name: actor } : undefined),
    operators: {
      append: async (items, { cluster } = {}) => {
        if (fails) throw new LogUnavailable('the disk is full');
        taken.push({ items, cluster });
      },
    },
  });
  const post = async (path: string, payload?: unknown, headers: Record<string, string> = {}) => {
    const response = await server.inject({
      ...{ method: 'POST', url: `/api/v1/incidents/${path}` },
      headers: { ...(payload !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(payload !== undefined && { payload: typeof payload === 'string' ? payload : JSON.stringify(payload) }),
    });
    return { status: response.statusCode, headers: response.headers, body: response.body && response.json() };
  };
  const add = (...incidents: readonly Partial<Incident>[]) => {
    for (const [offset, each] of incidents.entries()) source.apply(incidentRecord(incident(each), offset));
  };
  return { post, add, taken };
}

describe('what a person does to an incident', () => {
  it.each(['acknowledge', 'close'])('is taken without a body: %s', async (act) => {
    const { post, add, taken } = start();
    add({});
    expect(await post(`inc-1/${act}`)).toMatchObject({ status: 200, body: { incident: 'inc-1', act } });
    expect((await post(`inc-1/${act}`, '')).status).toBe(200);
    expect(taken[0]).toEqual({ items: [{ type: 'operator', act, incident: 'inc-1' }], cluster: 'prod' });
  });

  it('is redacted, and says by whom and why', async () => {
    const { post, add, taken } = start();
    add({});
    await post('inc-1/close', { actor: 'jane', comment: 'fixed with password=hunter2', act: 'confirm', incident: 'x' });
    expect(taken[0]?.items).toEqual([
      { type: 'operator', act: 'close', incident: 'inc-1', actor: 'jane', comment: 'fixed with password=[REDACTED]' },
    ]);
  });

  it('is of whom the credentials name, where the body names nobody', async () => {
    const { post, add, taken } = start({ actor: 'on-call' });
    add({});
    await post('inc-1/close');
    await post('inc-1/close', { actor: 'jane' });
    expect(taken.map(({ items: [item] }) => item?.actor)).toEqual(['on-call', 'jane']);
  });

  it('holds the root that a person confirms', async () => {
    const { post, add, taken } = start();
    add({});
    const root = { kind: 'Deployment', namespace: 'shop', name: 'db' };
    expect((await post('inc-1/confirm', { root, mode: 'memory-leak', actor: 'jane' })).status).toBe(200);
    expect(taken[0]?.items[0]).toEqual({
      ...{ type: 'operator', act: 'confirm', incident: 'inc-1', actor: 'jane', root, mode: 'memory-leak' },
    });
  });

  it.each([
    ['confirm', {}, 'root: expected'],
    ['confirm', { root: { kind: 'Node', name: 'n1' }, mode: 'bad-luck' }, 'mode: expected a failure mode'],
    ['close', { actor: 7 }, 'actor: expected a text, found a number'],
    ['close', [], 'body: expected an object'],
    ['close', '{', 'the body is not JSON'],
  ])('is refused where the body is wrong: %s %j', async (act, body, detail) => {
    const { post, add, taken } = start();
    add({});
    const answer = await post(`inc-1/${act}`, body);
    expect(answer.status).toBe(400);
    expect(answer.body.detail).toContain(detail);
    expect(taken).toEqual([]);
  });

  it('goes to where a merged incident lives on', async () => {
    const { post, add } = start();
    add({ id: 'inc-1', mergedInto: 'inc-2' }, { id: 'inc-2', mergedInto: 'inc-3' }, { id: 'inc-3' });
    const { status, headers } = await post('inc-1/close', { actor: 'jane' });
    expect([status, headers.location]).toEqual([308, '/api/v1/incidents/inc-3/close']);
  });

  it('is refused for what is not there, for the example, and for a page of another site', async () => {
    const { post, add } = start();
    add({});
    expect((await post('inc-9/close')).status).toBe(404);
    expect(
      (await post('inc-1/close', {}, { origin: 'https://elsewhere.example', host: '127.0.0.1:9193' })).status,
    ).toBe(403);
    expect((await post('inc-1/close', {}, { origin: 'http://127.0.0.1:9193', host: '127.0.0.1:9193' })).status).toBe(
      200,
    );
    await server.close();
    const example = start({ example: true });
    example.add({});
    expect((await example.post('inc-1/close')).status).toBe(409);
  });

  it('is answered 503 where the log cannot be written', async () => {
    const { post, add } = start({ fails: true });
    add({});
    const { status, headers } = await post('inc-1/close');
    expect([status, headers['retry-after']]).toEqual([503, '5']);
  });
});

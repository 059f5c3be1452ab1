import { createHmac } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';
import type { Envelope, Item, ReadItems } from '@winnow/contracts';
import { LogUnavailable } from '@winnow/stream';
import Fastify from 'fastify';
import { describe, expect, test } from 'vitest';
import { BODY_LIMIT } from './collect-body.ts';
import { type IntakeDeps, registerAlertIntake } from './http.ts';
import { createIntakeFigures } from './intake-figures.ts';
import type { BodyFormat } from './read-body.ts';
import { createSeenClusters } from './seen-clusters.ts';

/** Stands in for the parsers: an element is `{cluster?, ok}`. */
const read: ReadItems = (body) =>
  (body as { ok: boolean; cluster?: string; pad?: string }[]).map((each, index) =>
    each.ok ? alert(each.pad ?? '', each.cluster) : broken(`[${index}].labels`),
  );
const alert = (pad: string, cluster?: string): Item => ({
  type: 'alert',
  fingerprint: '0',
  status: 'firing',
  labels: { pad, ...(cluster && { cluster }) },
  annotations: {},
});
const broken = (place: string): Item & { type: 'unreadable' } => ({
  type: 'unreadable',
  code: 'wrong-shape',
  place,
  expected: 'an object',
  found: 'nothing',
});

/** Takes nothing, and says so; or tells of a change. */
const events: BodyFormat = {
  read: (body) => (body as Item[]).filter(({ type }) => type === 'change'),
  note: (body) => ((body as object[]).length === 0 ? [{ kind: 'ignored', reason: 'ping', count: 1 }] : []),
  sourceOf: ({ type }) => (type === 'change' ? 'change' : undefined),
};

function given(deps: Partial<IntakeDeps> = {}) {
  const appended: Envelope[] = [];
  const refused: string[] = [];
  const fastify = Fastify();
  registerAlertIntake(fastify, {
    tenant: 't',
    instance: 'intake',
    cluster: 'home',
    append: async (envelopes) => void appended.push(...envelopes),
    routes: [
      { path: '/api/v2/alerts', source: 'alertmanager.alerts', format: { read } },
      { path: '/webhooks/pagerduty', source: 'pagerduty.webhook', format: { read }, signed: true },
      { path: '/webhooks/audit', source: 'audit.event', format: { read, array: 'items' } },
      { path: '/webhooks/events', source: 'alertmanager.webhook', format: events },
    ],
    now: () => '2026-01-01T00:00:00.000Z',
    seen: createSeenClusters('home'),
    refused: (source, code) => refused.push(`${source} ${code}`),
    ...deps,
  });
  const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
    fastify.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', ...headers },
      payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
    });
  return { appended, refused, post };
}

describe('given the alert intake', () => {
  test('when a request names several clusters, then each gets an envelope, all appended before the 200', async () => {
    const { post, appended } = given();
    const answer = await post('/api/v2/alerts', [{ ok: true, cluster: 'a' }, { ok: true }, { ok: true, cluster: 'a' }]);
    expect(answer.statusCode).toBe(200);
    expect(appended.map((each) => [each.cluster, each.items.length])).toEqual([
      ['a', 2],
      ['home', 1],
    ]);
    expect(appended[0]).toMatchObject({ schema: 1, source: 'alertmanager.alerts', at: '2026-01-01T00:00:00.000Z' });
  });

  test('when some elements cannot be read, then the answer names them, as Alertmanager does, and the good ones are kept', async () => {
    const { post, appended, refused } = given();
    const answer = await post('/api/v2/alerts', [{ ok: true }, { ok: false }]);
    expect(answer.statusCode).toBe(400);
    expect(JSON.parse(answer.body)).toContain('[1].labels: expected an object, found nothing');
    expect(answer.headers['content-type']).toBe('application/json');
    expect(appended[0]?.items.map((item) => item.type)).toEqual(['alert', 'unreadable']);
    expect(refused).toEqual(['alertmanager.alerts 400']);
  });

  test('when the body is not JSON, then nothing is appended and the refusal is counted', async () => {
    const { post, appended, refused } = given();
    const answer = await post('/webhooks/pagerduty', '[{"ok": true}');
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([400, 'application/problem+json']);
    expect(answer.json()).toMatchObject({ status: 400, title: 'The body is not JSON' });
    expect([appended, refused]).toEqual([[], ['pagerduty.webhook 400']]);
  });

  test('when the body is over 10 MiB, then 413 as a problem', async () => {
    const { post, refused } = given();
    const answer = await post('/api/v2/alerts', `["${'x'.repeat(BODY_LIMIT)}"]`);
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([413, 'application/problem+json']);
    expect(refused).toEqual(['alertmanager.alerts 413']);
  });

  test('when the log is unavailable, then 503 with Retry-After', async () => {
    const { post } = given({ append: () => Promise.reject(new LogUnavailable('the disk is full')) });
    const answer = await post('/api/v2/alerts', [{ ok: true }]);
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '5']);
    expect(JSON.parse(answer.body)).toContain('the disk is full');
  });

  test('when there is pressure, then 429 with Retry-After and nothing is appended', async () => {
    const { post, appended } = given({ pressure: () => ({ retryAfter: 1.2 }) });
    const answer = await post('/webhooks/audit', { items: [] });
    expect([answer.statusCode, answer.headers['retry-after'], appended.length]).toEqual([429, '2', 0]);
  });

  test('when a webhook names its cluster in the query, then items without one belong to it', async () => {
    const { post, appended } = given();
    await post('/webhooks/pagerduty?cluster=edge', [{ ok: true }]);
    expect(appended[0]?.cluster).toBe('edge');
  });

  test('when the body is large, then it is split into envelopes of at most 512 KiB, and places count from the start', async () => {
    const { post, appended } = given();
    const elements = Array.from({ length: 2_000 }, (_, index) => ({ ok: index !== 1_999, pad: 'x'.repeat(1_000) }));
    const answer = await post('/api/v2/alerts', elements);
    expect(JSON.parse(answer.body)).toContain('[1999].labels');
    expect(appended.flatMap((each) => each.items).length).toBe(2_000);
    expect(appended.length).toBeGreaterThan(3);
    for (const each of appended) expect(JSON.stringify(each).length).toBeLessThanOrEqual(512 * 1024);
    expect(appended.at(-1)?.items.at(-1)).toMatchObject({ place: '[1999].labels' });
  });

  test('when PagerDuty must sign, then only a right signature passes, by the old secret or the new one', async () => {
    const { post, appended } = given({ pagerdutySecrets: ['new', 's'] });
    const body = JSON.stringify([{ ok: true }]);
    const signature = createHmac('sha256', 's').update(body).digest('hex');
    expect((await post('/webhooks/pagerduty', body)).statusCode).toBe(401);
    expect((await post('/webhooks/pagerduty', body, { 'x-pagerduty-signature': 'v1=00' })).statusCode).toBe(401);
    expect(
      (await post('/webhooks/pagerduty', body, { 'x-pagerduty-signature': `v1=ab,v1=${signature}` })).statusCode,
    ).toBe(200);
    expect(appended.length).toBe(1);
  });

  test('when a prefix of the path names the cluster, then items without one belong to it', async () => {
    const { post, appended } = given();
    await post('/clusters/edge%2F1/api/v2/alerts', [{ ok: true }, { ok: true, cluster: 'b' }]);
    expect(appended.map(({ cluster }) => cluster)).toEqual(['edge/1', 'b']);
    const answer = await post(`/clusters/x/api/v2/alerts?cluster=${'y'.repeat(300)}`, [{ ok: true }]);
    expect(answer.statusCode).toBe(200);
    expect((await post(`/webhooks/audit?cluster=${'y'.repeat(300)}`, { items: [] })).statusCode).toBe(400);
  });

  test('when credentials are for some clusters, then they stand for these alone: elements of others are named and not taken', async () => {
    const { post, appended } = given({ grantOf: () => ({ name: 'prom-a', clusters: ['a', 'b'] }) });
    expect((await post('/api/v2/alerts', [{ ok: true }, { ok: true, cluster: 'b' }])).statusCode).toBe(200);
    expect(appended.map(({ cluster, sender }) => [cluster, sender])).toEqual([
      ['a', 'prom-a'],
      ['b', 'prom-a'],
    ]);
    const answer = await post('/api/v2/alerts', [
      { ok: false },
      { ok: true, cluster: 'c' },
      { ok: true, cluster: 'b' },
    ]);
    expect([answer.statusCode, appended.length]).toEqual([403, 4]);
    expect(JSON.parse(answer.body)).toContain('[1]: the cluster: expected one of a, b, found "c"');
    expect(appended.flatMap(({ cluster }) => cluster)).toEqual(['a', 'b', 'a', 'b']);
    const of = await post('/webhooks/audit', [
      { ok: true, cluster: 'b' },
      { ok: true, cluster: 'c' },
    ]);
    expect(JSON.parse(of.body).errors).toMatchObject([{ place: 'items[1]: the cluster', found: '"c"' }]);
    expect((await post('/webhooks/audit?cluster=c', [{ ok: true }])).statusCode).toBe(403);
  });

  test('when credentials are of a tenant, then what they send is that tenant’s, in clusters that fit its patterns', async () => {
    const seen = createSeenClusters('home');
    const { post, appended } = given({ seen, grantOf: () => ({ name: 'p', tenant: 'acme', clusters: ['prod-*'] }) });
    expect((await post('/clusters/prod-1/api/v2/alerts', [{ ok: true }])).statusCode).toBe(200);
    expect((await post('/clusters/test-1/api/v2/alerts', [{ ok: true }])).statusCode).toBe(403);
    const answer = await post('/api/v2/alerts', [{ ok: true }, { ok: true, cluster: 'prod-2' }]);
    expect([answer.statusCode, JSON.parse(answer.body)]).toEqual([403, expect.stringContaining('[0]: the cluster')]);
    expect(appended.map(({ tenant, cluster }) => [tenant, cluster])).toEqual([
      ['acme', 'prod-1'],
      ['acme', 'prod-2'],
    ]);
    expect(seen.list()).toContainEqual({ tenant: 'acme', cluster: 'prod-2' });
  });

  test('when credentials see all tenants, then what they send is of the installation’s own', async () => {
    const { post, appended } = given({ grantOf: () => ({ name: 'p', tenant: '*' }) });
    await post('/api/v2/alerts', [{ ok: true }]);
    expect(appended.map(({ tenant }) => tenant)).toEqual(['t']);
  });

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
  ])(
    'when the body is compressed by %s, then it is read, and bounded by what it inflates to',
    async (encoding, compress) => {
      const { post, appended } = given();
      const headers = { 'content-encoding': encoding };
      expect((await post('/api/v2/alerts', compress(JSON.stringify([{ ok: true }])), headers)).statusCode).toBe(200);
      expect(appended.length).toBe(1);
      const bomb = compress(Buffer.alloc(40 * 1024 * 1024, ' '));
      expect(bomb.length).toBeLessThan(1024 * 1024);
      expect((await post('/api/v2/alerts', bomb, headers)).statusCode).toBe(413);
      const damaged = await post('/api/v2/alerts', 'no such thing', headers);
      expect([damaged.statusCode, damaged.body]).toEqual([400, expect.stringContaining('cannot be decompressed')]);
    },
  );

  test('when the encoding is unknown, then 415 says which are known', async () => {
    const { post, refused } = given();
    const answer = await post('/api/v2/alerts', '[]', { 'content-encoding': 'br' });
    expect([answer.statusCode, answer.headers['accept-encoding']]).toEqual([415, 'gzip, deflate']);
    expect(refused).toEqual(['alertmanager.alerts 415']);
  });

  test('when what is sent is no item, then 202, and it is counted by its reason; a change goes under its own source', async () => {
    const figures = createIntakeFigures();
    const { post, appended } = given({ figures });
    expect((await post('/webhooks/events', [])).statusCode).toBe(202);
    expect(appended).toEqual([]);
    expect(figures.readMetrics()[0]?.samples).toEqual([
      { labels: { source: 'alertmanager.webhook', reason: 'ping' }, value: 1 },
    ]);
    const change: Item = { type: 'change', kind: 'deployment', subject: { kind: 'Service', name: 'a' }, summary: '' };
    expect((await post('/webhooks/events', [change])).statusCode).toBe(200);
    expect(appended).toMatchObject([{ source: 'change', items: [change] }]);
  });
});

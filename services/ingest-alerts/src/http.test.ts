import { createHmac } from 'node:crypto';
import type { Envelope, Item, ReadItems } from '@winnow/contracts';
import { LogUnavailable } from '@winnow/stream';
import Fastify from 'fastify';
import { describe, expect, test } from 'vitest';
import { BODY_LIMIT } from './collect-body.ts';
import { type IntakeDeps, registerAlertIntake } from './http.ts';
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

function given(deps: Partial<IntakeDeps> = {}) {
  const appended: Envelope[] = [];
  const refused: string[] = [];
  const fastify = Fastify();
  registerAlertIntake(fastify, {
    tenant: 't',
    instance: 'intake',
    cluster: 'home',
    append: async (envelopes) => void appended.push(...envelopes),
    formats: {
      'alertmanager.alerts': { read },
      'pagerduty.webhook': { read },
      'audit.event': { read, array: 'items' },
    },
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
      payload: typeof body === 'string' ? body : JSON.stringify(body),
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

  test('when PagerDuty must sign, then only a right signature passes', async () => {
    const { post, appended } = given({ pagerdutySecret: 's' });
    const body = JSON.stringify([{ ok: true }]);
    const signature = createHmac('sha256', 's').update(body).digest('hex');
    expect((await post('/webhooks/pagerduty', body)).statusCode).toBe(401);
    expect((await post('/webhooks/pagerduty', body, { 'x-pagerduty-signature': 'v1=00' })).statusCode).toBe(401);
    expect(
      (await post('/webhooks/pagerduty', body, { 'x-pagerduty-signature': `v1=ab,v1=${signature}` })).statusCode,
    ).toBe(200);
    expect(appended.length).toBe(1);
  });
});

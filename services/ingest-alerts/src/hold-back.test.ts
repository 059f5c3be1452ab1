import type { Envelope, Item, ReadItems } from '@winnow/contracts';
import { createAdmission, createClusterBudgets } from '@winnow/stream';
import Fastify from 'fastify';
import { describe, expect, test } from 'vitest';
import { createHeldFigures } from './held-figures.ts';
import { type IntakeDeps, registerAlertIntake } from './http.ts';
import { createRefusedItems } from './refused-items.ts';
import { createSeenClusters } from './seen-clusters.ts';

/** Stands in for the parsers: an element is `{cluster, id, severity?}`; one without an id cannot be read. */
const read: ReadItems = (body) =>
  (body as { id?: string; cluster: string; severity?: string }[]).map(
    ({ id, cluster, severity = 'info' }, at): Item => {
      if (id === undefined)
        return { type: 'unreadable', code: 'wrong-shape', place: `[${at}]`, expected: 'an id', found: 'nothing' };
      const labels = { alertname: 'A', cluster, severity };
      return { type: 'alert', fingerprint: id, status: 'firing', labels, annotations: {} };
    },
  );

function given(burst: number, more: Partial<IntakeDeps> = {}) {
  const appended: Envelope[] = [];
  const refused: string[] = [];
  const figures = createHeldFigures();
  const settings = { WINNOW_CLUSTER_RATE: 0.01, WINNOW_CLUSTER_BURST: burst };
  const fastify = Fastify();
  registerAlertIntake(fastify, {
    ...{ tenant: 't', instance: 'intake', cluster: 'home' },
    append: async (envelopes) => void appended.push(...envelopes),
    routes: [
      { path: '/api/v2/alerts', source: 'alertmanager.alerts', format: { read } },
      { path: '/webhooks/audit', source: 'audit.event', format: { read } },
      { path: '/api/v1/dependencies', source: 'dependency', format: { read } },
    ],
    now: () => '2026-01-01T00:00:00.000Z',
    seen: createSeenClusters('home'),
    refused: (source, code) => refused.push(`${source} ${code}`),
    limits: {
      admission: createAdmission(createClusterBudgets({ settings })),
      figures,
      refused: createRefusedItems(),
    },
    ...more,
  });
  const post = (url: string, payload: readonly object[]) =>
    fastify.inject({ method: 'POST', url, payload: [...payload] });
  return { appended, refused, post, figures };
}

const alerts = (cluster: string, count: number, severity?: string) =>
  Array.from({ length: count }, (_, at) => ({ cluster, id: `${cluster}-${severity}-${at}`, severity }));

describe('given a cluster that is over its budget', () => {
  test('when a request tells of its neighbour, too, then that part is taken, and 429 names what was not and when to come again', async () => {
    const { post, appended, refused } = given(10);
    const answer = await post('/api/v2/alerts', [...alerts('quiet', 2), ...alerts('noisy', 14)]);
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([429, '60']);
    expect(JSON.parse(answer.body)).toContain('4 of the 14 items of cluster "noisy"');
    expect(appended.map(({ cluster, items }) => [cluster, items.length])).toEqual([
      ['quiet', 2],
      ['noisy', 10],
    ]);
    expect(refused).toEqual(['alertmanager.alerts 429']);
    expect((await post('/api/v2/alerts', alerts('quiet', 2))).statusCode).toBe(200);
  });

  test('when nothing of it finds room, then nothing is appended for it, and its next arrival tells how much is missing', async () => {
    const { post, appended } = given(4);
    await post('/api/v2/alerts', alerts('noisy', 4));
    await post('/api/v2/alerts', alerts('noisy', 3));
    expect(appended.map(({ refused }) => refused)).toEqual([undefined]);
    const answer = await post('/api/v2/alerts', alerts('noisy', 1, 'critical'));
    expect(answer.statusCode).toBe(200);
    expect(appended.slice(1)).toMatchObject([
      { cluster: 'noisy', refused: 3, items: [{ labels: { severity: 'critical' } }] },
    ]);
    await post('/api/v2/alerts', alerts('quiet', 1));
    expect(appended.at(-1)).not.toHaveProperty('refused');
  });

  test('when elements cannot be read besides, then the answer names both, for the sender is to come again', async () => {
    const { post } = given(1);
    const answer = await post('/webhooks/audit', [{ cluster: 'noisy' }, ...alerts('noisy', 4)]);
    expect(answer.statusCode).toBe(429);
    expect(answer.json()).toMatchObject({
      detail: expect.stringContaining('[0]: expected an id'),
      errors: [{ place: '[0]' }],
    });
  });

  test('when not even the gravest finds room and it is sure whose items these are, then the body is not read', async () => {
    const { post, appended, refused } = given(4, { grantOf: () => ({ name: 'prom', clusters: ['noisy'] }) });
    await post('/api/v2/alerts', alerts('noisy', 20, 'critical'));
    await post(
      '/api/v2/alerts',
      [...Array(20)].map((_, at) => ({ cluster: 'noisy', id: `${at}`, severity: 'critical' })),
    );
    await post('/webhooks/audit?cluster=noisy', [{ cluster: 'noisy' }, { cluster: 'noisy' }]);
    const before = appended.length;
    const answer = await post('/api/v2/alerts', alerts('noisy', 1));
    expect([answer.statusCode, answer.body]).toEqual([
      429,
      expect.stringContaining('nothing of this request was taken'),
    ]);
    expect([appended.length, refused.at(-1)]).toEqual([before, 'alertmanager.alerts 429']);
  });

  test('when what nobody counts is sent, then it is taken', async () => {
    const { post, appended } = given(1);
    expect((await post('/api/v1/dependencies', alerts('noisy', 9))).statusCode).toBe(200);
    expect(appended[0]?.items.length).toBe(9);
  });

  test('when it is asked what was refused, then the figures tell by cluster and rank, and name no clusters without end', async () => {
    const { post, figures } = given(1);
    await post('/api/v2/alerts', alerts('noisy', 3));
    expect(figures.readMetrics()[0]?.samples).toEqual([
      { labels: { source: 'alertmanager.alerts', cluster: 'noisy', rank: 'other' }, value: 2 },
    ]);
    await post(
      '/api/v2/alerts',
      [...Array(300)].flatMap((_, at) => alerts(`invented-${at}`, 2)),
    );
    const samples = figures.readMetrics()[0]!.samples;
    expect(samples.length).toBe(101);
    expect(samples.at(-1)).toMatchObject({ labels: { cluster: '(others)' }, value: 201 });
  });
});

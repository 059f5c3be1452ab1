// The intake as it is wired: each endpoint with its format, its settings and what it counts.
import type { Envelope, Item } from '@winnow/contracts';
import Fastify from 'fastify';
import { afterEach, describe, expect, test } from 'vitest';
import { readAlertIntakeConfig } from './config.ts';
import type { Note } from './core/notes.ts';
import { startAlertIntake } from './main.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const change: Item = { type: 'change', kind: 'deployment', subject: { kind: 'Service', name: 'cart' }, summary: '' };

function given(env: Readonly<Record<string, string>> = {}) {
  const appended: Envelope[] = [];
  const noted: Note[] = [];
  const fastify = Fastify();
  const intake = startAlertIntake(fastify, {
    config: readAlertIntakeConfig(env),
    cluster: 'home',
    append: async (envelopes) => void appended.push(...envelopes),
    appendHeartbeats: async () => {},
    changes: { read: () => [change] },
    onNote: (_source, note) => noted.push(note),
  });
  stops.push(intake.stop);
  const post = async (url: string, body: unknown, headers: Record<string, string> = {}) => {
    const answer = await fastify.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', ...headers },
      payload: JSON.stringify(body),
    });
    return answer.statusCode;
  };
  const figures = () =>
    intake
      .readMetrics()
      .flatMap(({ name, samples }) =>
        samples.map(({ labels, value }) => `${name} ${Object.values(labels).join(' ')} ${value}`),
      );
  return { fastify, appended, noted, post, figures, intake };
}

const alert = {
  labels: { alertname: 'Down', namespace: 'shop', prometheus_replica: 'a', replica: 'db-1', k8s: 'edge', zone: '' },
};

describe('given the intake of alerts', () => {
  test('when nothing is set, then labels that only replicas of senders have are dropped, and empty ones', async () => {
    const { post, appended } = given();
    expect(await post('/api/v2/alerts', [alert])).toBe(200);
    expect(appended).toMatchObject([{ cluster: 'home', source: 'alertmanager.alerts' }]);
    expect(appended[0]?.items[0]).toMatchObject({
      labels: { alertname: 'Down', namespace: 'shop', replica: 'db-1', k8s: 'edge' },
    });
    expect(JSON.stringify(appended)).not.toMatch(/prometheus_replica|zone/);
  });

  test('when labels are set, then those count: two replicas tell of one alert, in the cluster that its label names', async () => {
    const { post, appended } = given({ WINNOW_REPLICA_LABELS: 'replica', WINNOW_CLUSTER_LABEL: 'k8s' });
    await post('/api/v2/alerts', [alert, { labels: { ...alert.labels, replica: 'db-2' } }]);
    const [one, two] = (appended[0]?.items ?? []) as { fingerprint: string; labels: object }[];
    expect([appended[0]?.cluster, one?.fingerprint]).toEqual(['edge', two?.fingerprint]);
    expect(one?.labels).not.toHaveProperty('replica');
  });

  test('when a cluster’s name is none, then its alert alone is refused', async () => {
    const { post, appended } = given();
    const names = ['x'.repeat(254), 'a|b', 'a\nb'];
    const alerts = ['ok', ...names, 'also-ok'].map((cluster) => ({ labels: { alertname: 'A', cluster } }));
    expect(await post('/api/v2/alerts', alerts)).toBe(400);
    expect(appended.map(({ cluster, items }) => [cluster, items[0]?.type, items.length])).toEqual([
      ['ok', 'alert', 1],
      ['home', 'unreadable', 3],
      ['also-ok', 'alert', 1],
    ]);
  });

  test('when alerts were left out, then they are counted once, however large the request, and nobody is resolved', async () => {
    const { post, appended, noted, figures } = given();
    const alerts = Array.from({ length: 3_000 }, (_, at) => ({
      labels: { alertname: 'Down', pod: `p${at}` },
      status: 'firing',
    }));
    expect(await post('/webhooks/alertmanager', { version: '4', truncatedAlerts: 7, alerts })).toBe(200);
    expect(figures()).toEqual(['winnow_intake_truncated_total alertmanager.webhook max_alerts 7']);
    expect(noted).toEqual([{ kind: 'truncated', reason: 'max_alerts', count: 7 }]);
    expect(
      appended.flatMap(({ items }) => items).every((item) => item.type === 'alert' && item.status === 'firing'),
    ).toBe(true);
  });

  test('when an event tells of nothing that is taken, then 202, and it is counted by its reason', async () => {
    const { post, appended, figures } = given();
    expect(await post('/webhooks/pagerduty', { event: { event_type: 'pagey.ping', data: {} } })).toBe(202);
    expect(await post('/webhooks/datadog', { title: 'somebody deployed' })).toBe(202);
    const event = { specversion: '1.0', id: '1', source: '/x' };
    expect(
      await post('/webhooks/cloudevents', [
        { ...event, type: 'com.example.a' },
        { ...event, type: 'com.example.b' },
      ]),
    ).toBe(202);
    expect(appended).toEqual([]);
    expect(figures()).toEqual([
      'winnow_intake_ignored_total pagerduty.webhook ping 1',
      'winnow_intake_ignored_total alertmanager.webhook no-monitor 1',
      'winnow_intake_ignored_total alertmanager.webhook unknown-type 2',
    ]);
  });

  test('when CloudEvents come in binary mode, as one or as a batch, then each goes where it belongs', async () => {
    const { fastify, post, appended } = given();
    const head = { 'ce-specversion': '1.0', 'ce-source': '/x', 'ce-id': '1' };
    expect(await post('/webhooks/cloudevents', alert, { ...head, 'ce-type': 'io.winnow.alert' })).toBe(200);
    expect(await post('/clusters/edge/webhooks/cloudevents', {}, { ...head, 'ce-type': 'io.winnow.change' })).toBe(200);
    const event = { specversion: '1.0', id: '1', source: '/x' };
    const batch = [
      { ...event, type: 'io.winnow.alert', data: alert },
      { ...event, type: 'dev.cdevents.service.deployed.0.1.1' },
    ];
    expect(await post('/webhooks/cloudevents', batch, { 'content-type': 'application/cloudevents-batch+json' })).toBe(
      200,
    );
    expect(appended.map(({ cluster, source, items }) => [cluster, source, items[0]?.type])).toEqual([
      ['home', 'alertmanager.webhook', 'alert'],
      ['edge', 'change', 'change'],
      ['home', 'alertmanager.webhook', 'alert'],
      ['home', 'change', 'change'],
    ]);
    const asked = await fastify.inject({
      method: 'OPTIONS',
      url: '/webhooks/cloudevents',
      headers: { 'webhook-request-origin': 'broker.example' },
    });
    expect([asked.statusCode, asked.headers['webhook-allowed-origin']]).toEqual([200, 'broker.example']);
  });

  test('when a sender’s clock is ahead, then it shows by how much', async () => {
    const { post, figures } = given();
    await post('/api/v2/alerts', [{ ...alert, startsAt: new Date(Date.now() + 600_000).toISOString() }]);
    const [, seconds] = /clock_ahead_seconds alertmanager.alerts ([\d.]+)/.exec(figures()[0] ?? '') ?? [];
    expect(Number(seconds)).toBeGreaterThan(500);
  });

  test('when it is asked whose a route is, then it says the source of what is posted there', () => {
    const { intake } = given();
    expect(['/clusters/:cluster/webhooks/grafana', '/webhooks/pagerduty', '/metrics'].map(intake.sourceOf)).toEqual([
      'alertmanager.webhook',
      'pagerduty.webhook',
      undefined,
    ]);
  });
});

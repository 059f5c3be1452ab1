import type { AlertItem, Item } from '@winnow/contracts';
import { groupByCluster } from '@winnow/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprintOf, readAlerts, readAlertsApi, readPagerDuty, readWebhook } from '../core.ts';

const context = { at: '2026-03-08T15:21:12.035Z', place: '' };
const alert = {
  labels: { alertname: 'Down', pod: 'cart-1' },
  startsAt: '2026-03-08T15:00:00Z',
  endsAt: '2026-03-08T15:25:00Z',
};
const only = (items: readonly Item[]): AlertItem => {
  const [item] = items;
  if (item?.type !== 'alert' || items.length !== 1) throw new Error(JSON.stringify(items));
  return item;
};

describe('given what Prometheus posts, when it is read', () => {
  it('then labels, times and identity are there, and empty labels are gone', () => {
    const labels = { alertname: 'Down', pod: 'cart-1', zone: '' };
    const item = only(
      readAlerts(
        [{ ...alert, labels, annotations: { summary: 'password=hunter2' }, generatorURL: 'http://p/g' }],
        context,
      ),
    );
    expect(item).toEqual({
      type: 'alert',
      fingerprint: fingerprintOf({ pod: 'cart-1', alertname: 'Down' }),
      status: 'firing',
      labels: { alertname: 'Down', pod: 'cart-1' },
      annotations: { summary: 'password=[REDACTED]' },
      startsAt: '2026-03-08T15:00:00.000Z',
      endsAt: '2026-03-08T15:25:00.000Z',
      generatorURL: 'http://p/g',
    });
  });

  it.each([
    ['2026-03-08T15:21:12.035Z', 'resolved'],
    ['2026-03-08T15:21:12.036Z', 'firing'],
    ['0001-01-01T00:00:00Z', 'firing'],
    [undefined, 'firing'],
  ])('then an end at %s makes it %s', (endsAt, status) => {
    expect(only(readAlerts([{ ...alert, endsAt }], context)).status).toBe(status);
  });

  it('then the bad ones are named by element and field, and the good ones are kept', () => {
    const body = [
      alert,
      { labels: { alertname: 5 } },
      { labels: {} },
      'x',
      { ...alert, endsAt: 'soon' },
      { ...alert, annotations: [] },
      alert,
    ];
    const items = readAlerts(body, context);
    expect(items.map((item) => (item.type === 'unreadable' ? item.place : item.type))).toEqual([
      'alert',
      '[1].labels.alertname',
      '[2].labels.alertname',
      '[3]',
      '[4].endsAt',
      '[5].annotations',
      'alert',
    ]);
  });

  it('then replicas of a sender tell of the same alert where their labels are named', () => {
    const of = (replica: string) => ({ ...alert, labels: { ...alert.labels, replica } });
    const [a, b] = readAlerts([of('a'), of('b')], context, { replicaLabels: ['replica'] });
    expect(a).toEqual(b);
    const [c, d] = readAlerts([of('a'), of('b')], context);
    expect(c).not.toEqual(d);
  });
});

it('given sets of labels that run together as text, when fingerprints are taken, then they differ', () => {
  const pairs = [
    { a: 'b', c: 'd' },
    { a: 'bc', d: '' },
    { ab: 'c', d: '' },
    { a: 'b\u0000c', d: '' },
  ].map(fingerprintOf);
  expect(new Set(pairs).size).toBe(4);
});

describe('given a webhook payload, when it is read', () => {
  const ended = { ...alert, labels: { alertname: 'Slow' }, status: 'resolved', endsAt: '2026-03-08T15:20:00Z' };

  it('then a firing group may hold resolved alerts, and the group’s status is that of alerts without one', () => {
    const items = readWebhook(
      {
        version: '4',
        status: 'firing',
        truncatedAlerts: 3,
        alerts: [{ ...alert, endsAt: '0001-01-01T00:00:00Z' }, ended],
      },
      context,
    );
    expect(items.map((item) => item.type === 'alert' && item.status)).toEqual(['firing', 'resolved']);
    expect(items[0]).not.toHaveProperty('endsAt');
  });

  it('then the same alert has the identity that it has when Prometheus posts it', () => {
    const posted = only(readAlerts([alert], context));
    expect(only(readWebhook({ alerts: [{ ...alert, fingerprint: 'other' }] }, context)).fingerprint).toBe(
      posted.fingerprint,
    );
  });

  it('then what is wrong is named', () => {
    expect(readWebhook({ alerts: [{ labels: null }] }, context)).toMatchObject([
      { type: 'unreadable', place: 'alerts[0].labels' },
    ]);
    expect(readWebhook({}, context)).toMatchObject([{ type: 'unreadable', place: 'alerts' }]);
  });
});

describe('given alerts.json of a capture, when it is read', () => {
  const active = { ...alert, status: { state: 'suppressed', silencedBy: ['x'] }, endsAt: '2026-03-08T15:00:01Z' };

  it('then alerts of the API, a webhook payload, and a list of those are taken', () => {
    expect(readAlertsApi([active], context)).toMatchObject([{ status: 'firing' }]);
    expect(readAlertsApi({ status: 'resolved', alerts: [alert] }, context)).toMatchObject([{ status: 'resolved' }]);
    expect(readAlertsApi([{ alerts: [alert] }, active, { alerts: [alert, {}] }], context).at(-1)).toMatchObject({
      place: '[2].alerts[1].labels',
    });
    expect(readAlertsApi([], context)).toEqual([]);
  });
});

describe('given PagerDuty’s webhook, when it is read', () => {
  const data = {
    id: 'PT4KHLK',
    type: 'incident',
    title: 'cart is down',
    urgency: 'high',
    created_at: '2026-03-08T15:00:00Z',
    service: { summary: 'shop' },
  };
  const body = (event_type: string, more: object = {}) => ({
    event: { id: 'e-1', event_type, occurred_at: '2026-03-08T15:20:00.000Z', data: { ...data, ...more } },
  });

  it('then an incident is an alert whose identity is the incident’s', () => {
    const opened = only(readPagerDuty(body('incident.triggered'), context));
    expect(opened).toMatchObject({
      status: 'firing',
      labels: { alertname: 'cart is down', service: 'shop', urgency: 'high', severity: 'critical' },
      startsAt: '2026-03-08T15:00:00.000Z',
    });
    const ended = only(readPagerDuty(body('incident.resolved', { title: 'renamed' }), context));
    expect(ended).toMatchObject({
      status: 'resolved',
      fingerprint: opened.fingerprint,
      endsAt: '2026-03-08T15:20:00.000Z',
    });
  });

  it.each(['pagey.ping', 'incident.annotated', 'service.updated', 'something.new'])(
    'then %s says nothing of its state',
    (type) => {
      expect(readPagerDuty(body(type), context)).toEqual([]);
    },
  );

  it('then what is missing is named', () => {
    expect(readPagerDuty({}, context)).toMatchObject([{ place: 'event' }]);
    expect(readPagerDuty(body('incident.triggered', { id: 5 }), context)).toMatchObject([{ place: 'event.data.id' }]);
  });
});

it('given alerts of several clusters, when they are grouped, then each cluster has its own and the sender’s is the default', () => {
  const items = readAlerts([alert, { labels: { alertname: 'A', cluster: 'b' } }, alert], context);
  expect(groupByCluster(items, 'a').map(({ cluster, items: own }) => [cluster, own.length])).toEqual([
    ['a', 2],
    ['b', 1],
  ]);
});

it('given any JSON, when it is read, then nothing throws and every element of a list has an item', () => {
  const part = fc.jsonValue();
  const some = fc.record(
    {
      labels: fc.oneof(part, fc.dictionary(fc.string(), fc.string())),
      annotations: part,
      startsAt: part,
      endsAt: part,
      status: part,
      alerts: part,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(part, some, fc.array(some)), (payload) => {
      const read = readAlerts(payload, context);
      expect(read).toHaveLength(Array.isArray(payload) ? payload.length : 1);
      readWebhook(payload, context);
      readAlertsApi(payload, context);
      readPagerDuty({ event: payload }, context);
    }),
  );
});

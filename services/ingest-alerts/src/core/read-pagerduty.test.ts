import type { AlertItem, Item } from '@winnow/contracts';
import { describe, expect, it } from 'vitest';
import { notePagerDuty, readPagerDuty } from './read-pagerduty.ts';

const context = { at: '2026-03-08T15:21:12.035Z', place: '' };
const incident = {
  id: 'PT4KHLK',
  type: 'incident',
  html_url: 'https://acme.pagerduty.com/incidents/PT4KHLK',
  status: 'triggered',
  incident_key: 'baf7cf21b1da41b4b0221008339ff357',
  created_at: '2026-03-08T15:00:00Z',
  title: '[FIRING:2] KubePodCrashLooping shop (cart critical prometheus)',
  service: { id: 'PF9KMXH', summary: 'API Service', type: 'service_reference' },
  priority: null,
  urgency: 'high',
};
const post = (event_type: string, more: object = {}, data: object = {}) => ({
  event: {
    id: '01BRB6ZP4M6T8ZG4X6BP63ZB9O',
    event_type,
    resource_type: 'incident',
    occurred_at: '2026-03-08T15:20:00.123Z',
    agent: { type: 'user_reference' },
    client: null,
    data: { ...incident, ...data },
    ...more,
  },
});
const only = (items: readonly Item[]): AlertItem => {
  const [item] = items;
  if (item?.type !== 'alert' || items.length !== 1) throw new Error(JSON.stringify(items));
  return item;
};

const firing = `Labels:
 - alertname = KubePodCrashLooping
 - namespace = shop
 - pod = cart-6f7-abc
 - severity = critical
Annotations:
 - summary = cart restarts
Source: http://prometheus/graph?g0.expr=x
Labels:
 - alertname = KubePodCrashLooping
 - namespace = shop
 - pod = cart-6f7-def
 - severity = critical
Annotations:
 - summary = cart restarts
Source: http://prometheus/graph?g0.expr=x
`;

describe('given an incident of PagerDuty, when it is read', () => {
  it('then its event says when it took this turn, and by which id it is told', () => {
    expect(only(readPagerDuty(post('incident.acknowledged'), context))).toMatchObject({
      status: 'firing',
      toldAt: '2026-03-08T15:20:00.123Z',
      telling: '01BRB6ZP4M6T8ZG4X6BP63ZB9O',
      generatorURL: incident.html_url,
    });
  });

  it('then a time far ahead of its arrival does not hold up the turns that follow', () => {
    const { toldAt } = only(
      readPagerDuty(post('incident.triggered', { occurred_at: '2031-01-01T00:00:00Z' }), context),
    );
    expect(toldAt).toBe(context.at);
  });

  it('then the labels that all of Alertmanager’s alerts in its details share are its labels', () => {
    const item = only(readPagerDuty(post('incident.triggered', {}, { body: { details: { firing } } }), context));
    expect(item.labels).toEqual({
      alertname: 'KubePodCrashLooping',
      namespace: 'shop',
      severity: 'critical',
      urgency: 'high',
      pagerduty_incident: 'PT4KHLK',
      pagerduty_service: 'API Service',
    });
    expect(item.annotations).toMatchObject({ summary: 'cart restarts', incident_key: incident.incident_key });
  });

  it.each([
    [{ body: { cef_details: { details: { namespace: 'shop', deployment: 'cart' } } } }],
    [{ first_trigger_log_entry: { channel: { details: { namespace: 'shop', deployment: 'cart' } } } }],
    [{ custom_details: { labels: { namespace: 'shop', deployment: 'cart' } } }],
    [
      {
        custom_details: {
          alerts: [
            { labels: { namespace: 'shop', deployment: 'cart', pod: 'a' } },
            { labels: { namespace: 'shop', deployment: 'cart' } },
          ],
        },
      },
    ],
  ])('then details are found where integrations put them: %j', (data) => {
    const { labels } = only(readPagerDuty(post('incident.triggered', {}, data), context));
    expect(labels).toMatchObject({ namespace: 'shop', deployment: 'cart' });
    expect(labels).not.toHaveProperty('pod');
  });

  it('then a title that Alertmanager wrote gives the alert’s name, and PagerDuty’s service stands for what nothing names', () => {
    const { labels } = only(readPagerDuty(post('incident.triggered'), context));
    expect(labels).toMatchObject({ alertname: 'KubePodCrashLooping', service: 'API Service' });
  });

  it.each([
    ['P1', 'critical'],
    ['P2 - High', 'high'],
    ['SEV-3', 'warning'],
    ['Business', 'critical'],
  ])('then the priority %s makes it %s', (summary, severity) => {
    const { labels } = only(readPagerDuty(post('incident.priority_updated', {}, { priority: { summary } }), context));
    expect(labels).toMatchObject({ priority: summary, severity });
  });

  it('then what is told of it after its end does not open it, but its reopening does', () => {
    const status = (type: string) => only(readPagerDuty(post(type, {}, { status: 'resolved' }), context)).status;
    expect(['priority_updated', 'reassigned', 'resolved'].map((type) => status(`incident.${type}`))).toEqual([
      'resolved',
      'resolved',
      'resolved',
    ]);
    expect(status('incident.reopened')).toBe('firing');
  });

  it('then secrets in titles, details and URLs are gone', () => {
    const data = {
      title: 'probe of https://ops:hunter2@shop/ failed',
      html_url: 'https://x/?token=hunter2hunter2hunter2',
      client_url: 'https://u:hunter2@prometheus/',
      custom_details: { db_password: 'hunter2', note: `password=hunter2 ${'x'.repeat(400)}` },
    };
    expect(JSON.stringify(readPagerDuty(post('incident.triggered', {}, data), context))).not.toContain('hunter2');
  });

  it('then what is no turn of an incident is noted by its reason', () => {
    const reasons = ['pagey.ping', 'incident.annotated', 'service.updated', 'something.new'].map(
      (type) => notePagerDuty(post(type))[0]?.reason,
    );
    expect(reasons).toEqual(['ping', 'no-state', 'no-state', 'unknown-type']);
    expect(notePagerDuty(post('incident.resolved'))).toEqual([]);
  });
});

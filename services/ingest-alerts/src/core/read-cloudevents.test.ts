import { describe, expect, it } from 'vitest';
import { fingerprintOf } from './fingerprint.ts';
import { noteCloudEvents, readCloudEvents } from './read-cloudevents.ts';

const context = { at: '2026-03-08T15:21:12.035Z', place: '' };
const head = { specversion: '1.0', id: 'e-1', source: '/monitoring/prod1', time: '2026-03-08T15:20:00Z' };
const alert = { labels: { alertname: 'Down', namespace: 'shop' }, annotations: { summary: 'password=hunter2' } };
const incident = (predicate: string, content: object = {}) => ({
  ...head,
  type: `dev.cdevents.incident.${predicate}.0.3.0`,
  data: {
    context: { version: '0.5.0', id: 'e-1', source: '/monitoring/prod1', type: 'x', timestamp: '2026-03-08T15:20:00Z' },
    subject: {
      id: 'incident-123',
      source: '/monitoring/prod1',
      content: {
        description: 'Response time above threshold of 100ms',
        environment: { id: 'prod1', source: '/iaas/geo1' },
        service: { id: 'myApp', source: '/clusterA/namespaceB' },
        ...content,
      },
    },
  },
});

describe('given CloudEvents, when they are read', () => {
  it('then an alert of Winnow’s own type is the alert that Prometheus would post', () => {
    expect(readCloudEvents({ ...head, type: 'io.winnow.alert', data: alert }, context)).toEqual([
      {
        type: 'alert',
        fingerprint: fingerprintOf(alert.labels),
        status: 'firing',
        labels: alert.labels,
        annotations: { summary: 'password=[REDACTED]' },
        toldAt: '2026-03-08T15:20:00.000Z',
        telling: '/monitoring/prod1 e-1',
      },
    ]);
    const data = [alert, { ...alert, status: 'resolved' }, {}];
    expect(readCloudEvents([{ ...head, type: 'io.winnow.alert', data }], context)).toMatchObject([
      { status: 'firing' },
      { status: 'resolved' },
      { place: '[0].data[2].labels' },
    ]);
  });

  it('then an incident of CDEvents is an alert of its service, and its end is the end of the same one', () => {
    const [opened] = readCloudEvents(incident('detected'), context);
    expect(opened).toMatchObject({
      status: 'firing',
      labels: { service: 'myApp', namespace: 'namespaceB', environment: 'prod1', incident: 'incident-123' },
      startsAt: '2026-03-08T15:20:00.000Z',
    });
    const [ended] = readCloudEvents(incident('resolved', { description: 'restored' }), context);
    expect(ended).toMatchObject({
      status: 'resolved',
      fingerprint: opened?.type === 'alert' && opened.fingerprint,
      endsAt: '2026-03-08T15:20:00.000Z',
    });
    expect(readCloudEvents(incident('reported', { ticketURI: 'https://u:hunter2@tickets/1' }), context)).toMatchObject([
      { annotations: { ticket: 'https://u:[REDACTED]@tickets/1' } },
    ]);
  });

  it('then changes are given to who reads them, and unknown types are counted', () => {
    const change = { ...head, type: 'dev.cdevents.service.deployed.0.1.1', data: {} };
    const other = { ...head, type: 'com.example.other' };
    const made = { type: 'change' as const, kind: 'deployment', subject: { kind: 'Service', name: 'a' }, summary: '' };
    const readChange = () => [made];
    expect(readCloudEvents([change, other, incident('detected')], context, { readChange })).toMatchObject([
      made,
      { type: 'alert' },
    ]);
    expect(noteCloudEvents([change, other], { readChange })).toEqual([
      { kind: 'ignored', reason: 'unknown-type', count: 1 },
    ]);
    expect(noteCloudEvents([change, other])).toMatchObject([{ count: 2 }]);
  });

  it('then data may come in base64, and what is none is missing', () => {
    const event = { ...head, type: 'io.winnow.alert' };
    expect(readCloudEvents({ ...event, data_base64: btoa(JSON.stringify(alert)) }, context)).toMatchObject([
      { labels: alert.labels },
    ]);
    expect(readCloudEvents({ ...event, data_base64: '!' }, context)).toMatchObject([{ place: 'data' }]);
  });

  it('then what is no CloudEvent is named by its place', () => {
    expect(readCloudEvents(5, context)).toMatchObject([{ place: 'body', expected: 'a CloudEvent' }]);
    expect(readCloudEvents([{ ...head, type: 'x', id: '' }, incident('detected'), null], context)).toMatchObject([
      { place: '[0].id' },
      { type: 'alert' },
      { place: '[2]' },
    ]);
    expect(
      readCloudEvents({ ...head, type: 'dev.cdevents.incident.detected', data: { subject: {} } }, context),
    ).toMatchObject([{ place: 'data.subject.id' }]);
  });
});

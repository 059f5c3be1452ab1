// Wherever in a body a secret stands, it is gone before anything is written.
import { readFileSync } from 'node:fs';
import type { ReadItems } from '@winnow/contracts';
import { describe, expect, it } from 'vitest';
import { readAlerts, readCloudEvents, readDatadog, readGrafana, readPagerDuty, readWebhook } from '../core.ts';

const context = { at: '2026-03-08T15:21:12.035Z', place: '' };
const leak = 'https://ops:hunter2@db.example/x?token=hunter2hunter2hunter2 password=hunter2';
const alert = {
  labels: { alertname: 'Down', namespace: 'shop', url: 'http://shop' },
  annotations: { summary: 'x', runbook_url: 'http://runbooks' },
  generatorURL: 'http://prometheus/graph',
  status: 'firing',
  valueString: 'x',
  values: { B: 1 },
  dashboardURL: 'x',
  panelURL: 'x',
  imageURL: 'x',
};
const incident = {
  id: 'P1',
  title: 'down',
  html_url: 'x',
  client_url: 'x',
  incident_key: 'x',
  urgency: 'high',
  service: { summary: 'x' },
  priority: { summary: 'P1' },
  body: {
    details: {
      firing: 'Labels:\n - alertname = A\n - url = x\nAnnotations:\n - summary = x\n',
      note: 'x',
      db_password: 'x',
    },
  },
};
const datadog = {
  id: '1',
  title: '[Triggered] x',
  alert_id: 'x',
  alert_status: 'x',
  alert_query: 'x',
  alert_metric: 'x',
  alert_scope: 'url:x',
  hostname: 'x',
  link: 'x',
  body: 'x',
  tags: 'url:x,password:y',
};
const content = {
  description: 'x',
  ticketURI: 'x',
  artifactId: 'x',
  environment: { id: 'x' },
  service: { id: 'x', source: 'a/b' },
};
const event = {
  specversion: '1.0',
  id: 'x',
  source: 'x',
  type: 'dev.cdevents.incident.reported.0.3.0',
  data: { subject: { id: 'x', source: 'x', content }, customData: { labels: { url: 'x' } } },
};

const bodies: readonly (readonly [string, ReadItems, unknown])[] = [
  ['Prometheus', (body, at) => readAlerts(body, at), [alert]],
  ['Alertmanager', (body, at) => readWebhook(body, at), { alerts: [alert] }],
  ['Grafana', (body, at) => readGrafana(body, at), { alerts: [alert] }],
  [
    'PagerDuty',
    (body, at) => readPagerDuty(body, at),
    { event: { id: 'x', event_type: 'incident.triggered', data: incident } },
  ],
  ['Datadog', (body, at) => readDatadog(body, at), datadog],
  ['CDEvents', (body, at) => readCloudEvents(body, at), event],
];

/** Copies of a value, each with the leak in the place of, and behind, one of its texts. */
function* leaking(value: unknown): Generator<unknown> {
  if (typeof value === 'string') {
    yield leak;
    yield `${value} ${leak}`;
    yield value.replace(/= x/, `= ${leak}`).replace(/:x/, `:${leak}`);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, each] of Object.entries(value))
      for (const changed of leaking(each))
        yield Array.isArray(value) ? value.with(Number(key), changed) : { ...value, [key]: changed };
  }
}

describe.each(bodies)('given what %s sends', (_name, read, body) => {
  it('when a secret stands in any of its texts, then no item holds it', () => {
    const held = [...leaking(body)].filter((changed) => JSON.stringify(read(changed, context)).includes('hunter2'));
    expect(held).toEqual([]);
  });
});

it('given the example of posted alerts, when it is read, then it is as it was: nothing of it is a secret', () => {
  const body: unknown = JSON.parse(readFileSync(new URL('fixtures/posted-alerts.json', import.meta.url), 'utf8'));
  expect(JSON.stringify(readAlerts(body, context))).not.toContain('[REDACTED]');
});

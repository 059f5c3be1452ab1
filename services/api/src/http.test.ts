import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { type Incident, topics } from '@winnow/contracts';
import type { LogRecord } from '@winnow/stream';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { createAlertIndex } from './core/alert-index.ts';
import { createSilenceIndex } from './core/silence-index.ts';
import { createIncidentSource, type IncidentSource } from './incident-source.ts';
import { type ApiDeps, registerApi } from './register-api.ts';
import {
  alerts,
  at,
  finding,
  findingRecord,
  incident,
  incidentRecord,
  record,
  signal,
  silenceRecord,
} from './testing/records.ts';

const cells = [{ source: 'audit.event', outcome: 'muted', reason: 'ordinary-request', count: 3 }] as const;
let server: FastifyInstance;
afterEach(() => server?.close());

function start(over: Partial<ApiDeps> = {}) {
  const log = new Map<string, LogRecord>();
  const readRecord: ApiDeps['readRecord'] = async ({ topic, offset }) => log.get(`${topic} ${offset}`);
  const source = createIncidentSource({ readRecord });
  const index = createAlertIndex();
  server = fastify();
  registerApi(server, {
    grantOf: undefined,
    sources: () => [source],
    ledger: () => cells,
    ready: () => undefined,
    alerts: index,
    readRecord,
    now: () => Date.parse(at),
    ...over,
  });
  const append = (each: LogRecord) => {
    log.set(`${each.topic} ${each.offset}`, each);
    source.apply(each);
    index.apply(each);
  };
  const add = (...incidents: readonly Incident[]) =>
    incidents.forEach((each, offset) => {
      append(incidentRecord(each, offset));
    });
  const get = async (url: string) => {
    const response = await server.inject({ method: 'GET', url });
    return {
      status: response.statusCode,
      headers: response.headers,
      text: response.body,
      json: () => JSON.parse(response.body),
    };
  };
  return { append, add, get, source };
}

describe('GET /api/v1/incidents', () => {
  it('answers the report, as soon as an incident is there', async () => {
    const { add, get } = start();
    expect((await get('/api/v1/incidents')).json()).toMatchObject({
      ...{ verdict: 'healthy', incidents: [], clusters: [], asOf: at },
    });
    add(incident());
    const report = (await get('/api/v1/incidents')).json();
    expect(report).toMatchObject({
      schema: 'winnow.report/v1',
      verdict: 'incidents',
      clusters: ['prod'],
      asOf: at,
      problems: [],
    });
    expect(report.ledger).toEqual({ received: 3, signals: 0, deduplicated: 0, muted: 3, shed: 0, deadLettered: 0 });
    expect(report.incidents.map((each: { id: string }) => each.id)).toEqual(['inc-1']);
  });

  it.each([
    ['status=open', ['a', 'b', 'c']],
    ['status=resolved,stale', ['d']],
    ['cluster=other', ['b']],
    ['namespace=web', ['c']],
    ['severity=critical&severity=low', ['a', 'c']],
    ['since=2026-03-08T16:00:00Z', ['c']],
    ['since=2026-03-08T17:00:00%2B01:00', ['c']],
  ])('filters by %s', async (query, expected) => {
    const { add, get } = start();
    const web = signal({ entity: { kind: 'Deployment', namespace: 'web', name: 'front' } });
    add(
      incident({ id: 'a', severity: 'critical' }),
      incident({ id: 'b', cluster: 'other' }),
      incident({ id: 'c', severity: 'low', updatedAt: '2026-03-08T16:00:00.000Z' }, [web]),
      incident({ id: 'd', status: 'resolved', closedBy: 'recovered' }),
    );
    const { incidents } = (await get(`/api/v1/incidents?${query}`)).json();
    expect(incidents.map((each: { id: string }) => each.id)).toEqual(expected);
  });

  it('gives pages that stay in place while incidents come', async () => {
    const { add, get, append } = start();
    add(...['b', 'c', 'd', 'e'].map((id) => incident({ id })));
    const first = (await get('/api/v1/incidents?limit=2')).json();
    append(incidentRecord(incident({ id: 'a' }), 9));
    const second = (await get(`/api/v1/incidents?limit=2&cursor=${first.nextCursor}`)).json();
    expect([...first.incidents, ...second.incidents].map((each) => each.id)).toEqual(['b', 'c', 'd', 'e']);
    expect(second).not.toHaveProperty('nextCursor');
  });

  it.each(['status=closed', 'severity=bad', 'since=yesterday', 'limit=0', 'limit=x', 'cursor=nonsense'])(
    'refuses %s with a problem',
    async (query) => {
      const { status, headers, json } = await start().get(`/api/v1/incidents?${query}`);
      expect([status, headers['content-type']]).toEqual([400, 'application/problem+json']);
      expect(json()).toMatchObject({ type: 'about:blank', title: 'Bad request', status: 400 });
      expect(json().detail).toMatch(new RegExp(`^${query.split('=')[0]}: expected `));
    },
  );

  it('marks the incidents of the example, and shows them beside the user’s own', async () => {
    const example = createIncidentSource({ readRecord: async () => undefined, example: true });
    example.apply(incidentRecord(incident({ id: 'ex', cluster: 'example' })));
    const { get } = start({ sources: () => [example] });
    expect((await get('/api/v1/incidents')).json().incidents[0]).toMatchObject({ id: 'ex', example: true });
    expect((await get('/api/v1/incidents/ex')).json()).toMatchObject({ example: true, finding: null });
  });
});

describe('GET /api/v1/incidents/{id}', () => {
  it('answers incident, dossier and finding', async () => {
    const { append, add, get } = start();
    add(incident());
    const dossier = {
      schema: 1,
      cluster: 'prod',
      at,
      incident: incident(),
      blastRadius: { scope: 'pod', workloads: 1, namespaces: 1, nodes: 0 },
    };
    append(record(topics.dossiers.name, dossier, 4));
    append(findingRecord(finding()));
    expect((await get('/api/v1/incidents/inc-1')).json()).toEqual({
      incident: incident(),
      dossier,
      finding: finding(),
    });
  });

  it('sends the reader of a merged incident to the one that survives', async () => {
    const { add, get } = start();
    add(incident({ id: 'a', mergedInto: 'b' }), incident({ id: 'b', mergedInto: 'c' }), incident({ id: 'c' }));
    const { status, headers } = await get('/api/v1/incidents/a');
    expect([status, headers.location]).toEqual([308, '/api/v1/incidents/c']);
  });

  it('answers 404 with a problem for an id that nobody knows', async () => {
    const { status, json } = await start().get('/api/v1/incidents/nope');
    expect([status, json().detail]).toEqual([404, 'there is no incident nope']);
  });
});

describe('GET /api/v2/alerts', () => {
  const alert = (name: string, fingerprint: string) =>
    ({
      type: 'alert',
      fingerprint,
      status: 'firing',
      labels: { alertname: name, namespace: 'shop' },
      annotations: { summary: 's' },
      startsAt: at,
    }) as const;

  function withAlerts(over: Partial<ApiDeps> = {}) {
    const started = start(over);
    started.append(
      record(
        topics.observations.name,
        alerts([alert('Low', '00000000000000bb'), alert('High', '00000000000000aa')]),
        3,
      ),
    );
    const names = async (query: string) =>
      (await started.get(`/api/v2/alerts?${query}`))
        .json()
        .map((each: { labels: { alertname: string } }) => each.labels.alertname);
    return { ...started, names };
  }

  it("gives firing alerts in Alertmanager's form", async () => {
    const [first] = (await withAlerts().get('/api/v2/alerts')).json();
    expect(first).toEqual({
      annotations: { summary: 's' },
      endsAt: '2026-03-08T15:26:12.035Z',
      fingerprint: '00000000000000aa',
      receivers: [{ name: 'winnow' }],
      startsAt: at,
      status: { inhibitedBy: [], mutedBy: [], silencedBy: [], state: 'active' },
      updatedAt: at,
      labels: { alertname: 'High', namespace: 'shop' },
    });
  });

  it('filters by matchers, states and receiver', async () => {
    const silences = createSilenceIndex();
    silences.apply(silenceRecord({ matchers: [{ name: 'alertname', value: 'Low', isRegex: false, isEqual: true }] }));
    const { names } = withAlerts({ silences });
    expect(await names('filter=alertname%3D~%22H.*%22')).toEqual(['High']);
    expect(await names('filter=alertname%3D%22High%22&filter=namespace!%3Dshop')).toEqual([]);
    expect(await names('silenced=false')).toEqual(['High']);
    expect(await names('active=false')).toEqual(['Low']);
    expect(await names('receiver=win.*')).toEqual(['High', 'Low']);
    expect(await names('receiver=pager')).toEqual([]);
  });

  it('answers 400 with a JSON string to a filter that is none', async () => {
    const { status, json } = await withAlerts().get('/api/v2/alerts?filter=alertname');
    expect([status, json()]).toEqual([400, 'bad matcher format: alertname']);
  });

  it('has a status, as clients of Alertmanager expect', async () => {
    expect((await start().get('/api/v2/status')).json()).toMatchObject({ cluster: { status: 'disabled' } });
  });
});

describe('health and metrics', () => {
  it('is healthy, and ready only once it is', async () => {
    const { get } = start({ ready: async () => 'state is being loaded' });
    expect((await get('/-/healthy')).status).toBe(200);
    expect(await get('/-/ready').then(({ status, json }) => [status, json().detail])).toEqual([
      503,
      'state is being loaded',
    ]);
    expect((await start().get('/-/ready')).status).toBe(200);
  });

  it('shows the ledger', async () => {
    const refused = () => [{ source: 'alertmanager.alerts', code: 429, count: 2 }];
    const stages = () => [{ stage: 'signals', partition: 0, received: 9, emitted: 4, lag: 1 }];
    const { text, headers } = await start({ refused, stages, pending: () => ({ 'audit.event': 5 }) }).get('/metrics');
    expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(text).toContain('winnow_received_total{source="audit.event"} 3\n');
    expect(text).toContain('winnow_outcomes_total{source="audit.event",outcome="muted",reason="ordinary-request"} 3\n');
    expect(text).toContain('winnow_refused_total{source="alertmanager.alerts",code="429"} 2\n');
    expect(text).toContain('winnow_pending_items{source="audit.event"} 5\n');
    expect(text).toContain('winnow_stage_lag_records{stage="signals",partition="0"} 1\n');
  });

  it('answers 404 with a problem elsewhere', async () => {
    const { status, headers } = await start().get('/api/v3/nothing');
    expect([status, headers['content-type']]).toEqual([404, 'application/problem+json']);
  });
});

describe('GET /api/v1/incidents/stream', () => {
  interface Reader {
    readonly text: () => string;
    until(pattern: RegExp): Promise<string>;
    end(): void;
  }

  async function read(lastEventId = ''): Promise<Reader> {
    if (!server.server.listening) await server.listen({ port: 0, host: '127.0.0.1' });
    const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
    let text = '';
    socket.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    socket.write(
      `GET /api/v1/incidents/stream HTTP/1.1\r\nhost: x\r\n${lastEventId && `last-event-id: ${lastEventId}\r\n`}\r\n`,
    );
    const until = async (pattern: RegExp) => {
      for (let tries = 0; tries < 200 && !pattern.test(text); tries++)
        await new Promise((resolve) => setTimeout(resolve, 10));
      return pattern.exec(text)?.[1] ?? `never: ${text}`;
    };
    return { text: () => text, until, end: () => socket.destroy() };
  }

  it('tells what is open, then each change, and goes on where a reader left', async () => {
    const { add, append } = start({ commentEvery: 20 });
    add(incident({ id: 'old', status: 'resolved', closedBy: 'recovered' }), incident({ id: 'a' }));
    const first = await read();
    expect(await first.until(/event: incident\nid: (.*)\ndata: \{"id":"a"/)).toBe('i0:1');
    append(incidentRecord(incident({ id: 'b' }), 2));
    const id = await first.until(/id: (.*)\ndata: \{"id":"b"/);
    expect(await first.until(/(still here)/)).toBe('still here');
    expect(first.text()).not.toContain('"id":"old"');
    first.end();

    append(findingRecord(finding({ incident: 'a' }), 0));
    append(incidentRecord(incident({ id: 'b', revision: 2, mergedInto: 'a' }), 3));
    const second = await read(id);
    expect(await second.until(/data: (.*"mergedInto":"a".*)\n/)).toContain('"id":"b"');
    expect(await second.until(/data: (.*"title":"cart is out of memory".*)\n/)).toContain('"id":"a"');
    expect(second.text().match(/event: incident/g)?.length).toBe(2);
    second.end();
  });

  it('starts afresh where the id is of a log that is no more, and refuses what is no id', async () => {
    const { add } = start();
    add(incident());
    const reader = await read('i0:900');
    expect(await reader.until(/id: (.*)\ndata/)).toBe('i0:0');
    reader.end();
    const refused = await read('nonsense');
    expect(await refused.until(/HTTP\/1\.1 (\d+)/)).toBe('400');
    refused.end();
  });

  it('tells of the example where that comes after the reader did', async () => {
    const shown: IncidentSource[] = [];
    start({ sources: () => shown, commentEvery: 20 });
    const reader = await read();
    await reader.until(/(still here)/);
    const example = createIncidentSource({ readRecord: async () => undefined, example: true });
    example.apply(incidentRecord(incident({ id: 'ex' })));
    shown.push(example);
    expect(await reader.until(/data: (.*"id":"ex".*)\n/)).toContain('"example":true');
    reader.end();
  });

  it('ends when the server does', async () => {
    start();
    const reader = await read();
    await reader.until(/(winnow incidents)/);
    const begun = performance.now();
    await server.close();
    expect(performance.now() - begun).toBeLessThan(2_000);
  });
});

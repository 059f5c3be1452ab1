// What a token may not see is not there for it, on every route that there is: a route that nobody has thought of fails here.
import {
  type DeadLetter,
  type FleetIncident,
  type FleetMember,
  type Grant,
  type Incident,
  topics,
} from '@winnow/contracts';
import { createMemoryLog, type NewRecord } from '@winnow/stream';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningApi, registerApi, startApi } from './index.ts';
import { alerts, at, finding, incident, signal, silence } from './testing/records.ts';

type Routes = readonly string[];
/** What each route is about: clusters, whose data is held apart; or nothing of any cluster. */
const ofClusters: Routes = [
  'GET /api/v1/incidents',
  'GET /api/v1/incidents/:id',
  'GET /api/v1/incidents/stream',
  'POST /api/v1/incidents/:id/acknowledge',
  'POST /api/v1/incidents/:id/close',
  'POST /api/v1/incidents/:id/confirm',
  'GET /api/v1/fleet-incidents',
  'GET /api/v1/fleet-incidents/:id',
  'GET /api/v1/sources',
  'GET /api/v1/dead-letters',
  'GET /api/v1/dead-letters/:id',
  'POST /api/v1/dead-letters/:id/replay',
  'GET /api/v2/alerts',
  'GET /api/v2/alerts/groups',
  'GET /api/v2/silences',
  'GET /api/v2/silence/:id',
  'POST /api/v2/silences',
  'DELETE /api/v2/silence/:id',
];
/** Of these `metrics` is asked for by name (packages/http-auth). */
const ofNone: Routes = [
  'GET /-/healthy',
  'GET /-/ready',
  'GET /metrics',
  'GET /api/v2/receivers',
  'GET /api/v2/status',
];

const owners = [
  { tenant: 'acme', cluster: 'prod' },
  { tenant: 'acme', cluster: 'edge-1' },
  { tenant: 'acme', cluster: 'edge-2' },
  { tenant: 'other', cluster: 'prod' },
  { tenant: 'home', cluster: 'prod' },
];
type Owner = (typeof owners)[number];
const END = '2099-01-01T00:00:00.000Z';
/** Stands in all that is of an owner and nowhere else. */
const mark = ({ tenant, cluster }: Owner) => `zz-${tenant}-${cluster}-zz`;
const silenceIds = owners.map((_, n) => `00000000-0000-4000-8000-00000000000${n}`);

const grants: Readonly<Record<string, Grant>> = {
  acme: { name: 'acme', tenant: 'acme' },
  edge: { name: 'edge', tenant: 'acme', clusters: ['edge-*'] },
  one: { name: 'one', tenant: 'acme', clusters: ['edge-1'] },
  other: { name: 'other', tenant: 'other' },
  plain: { name: 'plain' },
  all: { name: 'all', tenant: '*' },
};
const seenBy: Readonly<Record<string, readonly number[]>> = {
  acme: [0, 1, 2],
  edge: [1, 2],
  one: [1],
  other: [3],
  plain: [4],
  all: [0, 1, 2, 3, 4],
};

const head = (owner: Owner) => ({ ...owner, at });
function recordsOf(owner: Owner, n: number): NewRecord[] {
  const note = mark(owner);
  const made: Incident = incident({ ...owner, id: `inc-${n}` }, [signal({ id: `sig-${n}`, reason: note })]);
  const dead = {
    schema: 1,
    ...head(owner),
    id: `dl-${n}`,
    stage: 'signals',
    code: 'wrong-shape',
    position: `0-${n}.0`,
  };
  const letter = { ...dead, place: note, expected: 'x', found: 'y' } as unknown as DeadLetter;
  const alert = { type: 'alert', fingerprint: `${n}`.padStart(16, '0'), status: 'firing', annotations: {} } as const;
  const labels = { alertname: note, cluster: owner.cluster };
  const muting = silence({ id: silenceIds[n] as string, comment: note, clusters: [owner.cluster], endsAt: END });
  const act = { type: 'operator', act: 'silence', silence: muting } as const;
  const record = (topic: NewRecord['topic'], key: string, value: unknown): NewRecord => ({
    ...{ topic, partition: 0, key, headers: {}, value },
  });
  return [
    record(topics.incidents.name, made.id, made),
    record(topics.findings.name, made.id, finding({ ...owner, incident: made.id, title: note })),
    record(topics.deadLetters.name, owner.cluster, letter),
    record(
      topics.observations.name,
      owner.cluster,
      alerts([{ ...alert, labels }], { ...owner, source: 'alertmanager.webhook' }),
    ),
    record(topics.observations.name, '*', alerts([act], { tenant: owner.tenant, cluster: '*', source: 'operator' })),
  ];
}

function fleetOf(id: string, tenant: string, members: readonly number[]): NewRecord {
  const listed = members.map((n): FleetMember => {
    const owner = owners[n] as Owner;
    const told = { status: 'open', severity: 'high', openedAt: at, title: mark(owner), why: mark(owner) } as const;
    return { cluster: owner.cluster, incident: `inc-${n}`, score: 0.9, ...told };
  });
  const value: FleetIncident = {
    ...{
      schema: 1,
      id,
      tenant,
      revision: 1,
      status: 'open',
      severity: 'high',
      openedAt: at,
      updatedAt: at,
      score: 0.9,
    },
    ...{ causes: [{ kind: 'image', key: 'x/y:1' }], why: `${members.length} clusters`, clusters: members.length },
    members: listed,
  };
  return { topic: topics.fleetIncidents.name, partition: 0, key: id, headers: {}, value };
}

let server: FastifyInstance;
let api: RunningApi;
let routes: string[];
let log: ReturnType<typeof createMemoryLog>;
beforeEach(async () => {
  log = createMemoryLog();
  await log.append([
    ...owners.flatMap(recordsOf),
    fleetOf('flt-acme', 'acme', [0, 1, 2]),
    fleetOf('flt-other', 'other', [3]),
  ]);
  api = startApi({ log, partitions: 1, tenant: 'home' });
  await log.idle();
  server = fastify();
  routes = [];
  server.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) if (each !== 'HEAD' && each !== 'OPTIONS') routes.push(`${each} ${url}`);
  });
  registerApi(server, {
    ...api,
    ...{ sources: () => [api.source], ledger: () => [], ready: () => undefined },
    sourceStatus: () =>
      owners.map((owner) => ({
        source: 'alertmanager.alerts',
        ...owner,
        instance: mark(owner),
        state: 'connected',
        details: [],
      })),
    grantOf: ({ headers }) => grants[String(headers['x-who'])],
  });
  await server.ready();
});
afterEach(async () => {
  await server.close();
  await api.close();
});

type Method = 'GET' | 'POST' | 'DELETE';
async function ask(who: string, method: Method, url: string, payload?: object) {
  const response = await server.inject({ method, url, headers: { 'x-who': who }, ...(payload && { payload }) });
  return { status: response.statusCode, text: response.body };
}
const marksIn = (text: string) => owners.flatMap((owner, n) => (text.includes(mark(owner)) ? [n] : []));

describe('every route', () => {
  it('is about clusters, and held apart, or about none', () => {
    expect([...routes].sort()).toEqual([...ofClusters, ...ofNone].sort());
  });

  const lists = [...ofClusters, ...ofNone].filter((route) => /^GET [^:]*$/.test(route) && !route.endsWith('/stream'));
  for (const who of Object.keys(grants)) {
    it.each(lists)(`${who}: %s shows what it may see and nothing else`, async (route) => {
      const { status, text } = await ask(who, 'GET', route.slice(4));
      expect(status).toBe(200);
      const [seen, wanted] = [marksIn(text), ofNone.includes(route) ? [] : seenBy[who]];
      // Nobody without a tenant of its own has a fleet incident here.
      expect(seen).toEqual(route.endsWith('/fleet-incidents') ? wanted?.filter((n) => n !== 4) : wanted);
    });
  }

  const single = ofClusters.filter((route) => route.includes(':id'));
  const idOf = (route: string, n: number) => {
    if (route.includes('dead-letters')) return `dl-${n}`;
    if (route.includes('silence')) return silenceIds[n] as string;
    if (route.includes('fleet')) return (owners[n] as Owner).tenant === 'acme' ? 'flt-acme' : 'flt-other';
    return `inc-${n}`;
  };
  it.each(single)('%s: 404 and never 403 for what it may not see, and nothing is written', async (route) => {
    const [method = 'GET', path = ''] = route.split(' ') as [Method, string];
    const before = log.records(topics.observations.name, 0).length;
    for (const who of Object.keys(grants)) {
      for (const n of owners.keys()) {
        const isSeen = seenBy[who]?.includes(n) || (route.includes('fleet') && n < 3 && (seenBy[who]?.[0] ?? 9) < 3);
        if (isSeen || (route.includes('fleet') && n === 4)) continue;
        const unknown = await ask(who, method, path.replace(':id', 'nobody-knows'), { root: { kind: 'X', name: 'y' } });
        const { status, text } = await ask(who, method, path.replace(':id', idOf(route, n)), {});
        expect([who, n, status]).toEqual([who, n, 404]);
        expect(marksIn(text)).toEqual([]);
        expect([404, 422]).toContain(unknown.status);
      }
    }
    expect(log.records(topics.observations.name, 0)).toHaveLength(before);
  });

  it.each(single.filter((route) => route.startsWith('GET')))('%s: what it may see is there', async (route) => {
    for (const [who, seen] of Object.entries(seenBy))
      for (const n of seen.filter((each) => !route.includes('fleet') || each !== 4)) {
        const { status, text } = await ask(who, 'GET', route.slice(4).replace(':id', idOf(route, n)));
        expect([who, n, status]).toEqual([who, n, 200]);
        for (const other of marksIn(text)) expect(seen).toContain(other);
      }
  });
});

describe('a fleet incident', () => {
  it('has the members that whoever asks may see, and counts no others', async () => {
    const edge = JSON.parse((await ask('edge', 'GET', '/api/v1/fleet-incidents/flt-acme')).text);
    expect(edge).toMatchObject({ clusters: 2, title: 'Image x/y:1: trouble in 2 clusters' });
    expect(JSON.stringify(edge)).not.toContain('3 clusters');
    const whole = JSON.parse((await ask('acme', 'GET', '/api/v1/fleet-incidents/flt-acme')).text);
    expect(whole).toMatchObject({ clusters: 3, why: '3 clusters' });
    const part = JSON.parse((await ask('one', 'GET', '/api/v1/incidents/inc-1')).text);
    expect(part.fleetIncident).toEqual({ id: 'flt-acme', title: 'Image x/y:1: trouble in 1 cluster' });
  });
});

describe('what is written', () => {
  const written = () =>
    log
      .records(topics.observations.name, 0)
      .map(({ value }) => value as { tenant: string; cluster: string; items: unknown[] });

  it('to an incident is of its tenant and cluster', async () => {
    expect((await ask('edge', 'POST', '/api/v1/incidents/inc-2/acknowledge')).status).toBe(200);
    expect(written().at(-1)).toMatchObject({ tenant: 'acme', cluster: 'edge-2' });
    expect((await ask('all', 'POST', '/api/v1/incidents/inc-3/close')).status).toBe(200);
    expect(written().at(-1)).toMatchObject({ tenant: 'other', cluster: 'prod' });
  });

  const matchers = [{ name: 'alertname', value: 'zz-.*', isRegex: true, isEqual: true }];
  const posted = { matchers, startsAt: at, endsAt: END, createdBy: 'ada', comment: 'x' };
  it('as a silence is of its tenant, and of its clusters alone where it has some: nobody else is muted', async () => {
    expect((await ask('edge', 'POST', '/api/v2/silences', posted)).status).toBe(200);
    const last = written().at(-1);
    expect(last).toMatchObject({ tenant: 'acme', items: [{ silence: { clusters: ['edge-*'] } }] });
    const muted = async (who: string) => {
      const { text } = await ask(who, 'GET', '/api/v2/alerts?active=false');
      return marksIn(text);
    };
    expect([await muted('acme'), await muted('other'), await muted('all')]).toEqual([[1, 2], [], [1, 2]]);
    await ask('other', 'POST', '/api/v2/silences', posted);
    expect([await muted('acme'), await muted('other'), await muted('plain')]).toEqual([[1, 2], [3], []]);
    await ask('plain', 'POST', '/api/v2/silences', posted);
    expect([await muted('plain'), await muted('other')]).toEqual([[4], [3]]);
  });

  it('as a silence that is changed stays whose it was', async () => {
    const { text } = await ask('edge', 'POST', '/api/v2/silences', posted);
    const { silenceID: id } = JSON.parse(text);
    expect((await ask('one', 'POST', '/api/v2/silences', { ...posted, id })).status).toBe(404);
    expect((await ask('one', 'DELETE', `/api/v2/silence/${id}`)).status).toBe(404);
    const longer = { ...posted, id, endsAt: '2100-01-01T00:00:00.000Z' };
    const changed = await ask('acme', 'POST', '/api/v2/silences', longer);
    const { silenceID: next } = JSON.parse(changed.text);
    for (const each of [id, next])
      expect(api.silences.get(each)).toMatchObject({ tenant: 'acme', clusters: ['edge-*'] });
    expect((await ask('edge', 'DELETE', `/api/v2/silence/${next}`)).status).toBe(200);
    expect(api.silences.get(next)).toMatchObject({ tenant: 'acme', clusters: ['edge-*'] });
  });
});

describe('the stream', () => {
  it('tells each of its own', async () => {
    await server.listen({ host: '127.0.0.1', port: 0 });
    const { port } = server.server.address() as { port: number };
    for (const [who, seen] of Object.entries(seenBy)) {
      const abort = new AbortController();
      const url = `http://127.0.0.1:${port}/api/v1/incidents/stream`;
      const response = await fetch(url, { headers: { 'x-who': who }, signal: abort.signal });
      let text = '';
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      while (marksIn(text).length < seen.length) {
        const { done, value } = (await reader?.read()) ?? { done: true, value: '' };
        if (done) break;
        text += value;
      }
      abort.abort();
      expect([who, marksIn(text)]).toEqual([who, seen]);
    }
  });

  it('goes on with what changes of its own alone', async () => {
    await server.listen({ host: '127.0.0.1', port: 0 });
    const { port } = server.server.address() as { port: number };
    const abort = new AbortController();
    const url = `http://127.0.0.1:${port}/api/v1/incidents/stream`;
    const response = await fetch(url, { headers: { 'x-who': 'other' }, signal: abort.signal });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const revised = (n: number) => {
      const owner = owners[n] as Owner;
      const value = incident({ ...owner, id: `inc-${n}`, revision: 2, severity: 'critical' });
      return { topic: topics.incidents.name, partition: 0, key: value.id, headers: {}, value };
    };
    await log.append([revised(0), revised(3)]);
    let text = '';
    while (!text.includes('critical')) text += (await reader?.read())?.value ?? '';
    abort.abort();
    expect(text).not.toContain('inc-0');
    expect(text).toContain('inc-3');
  });
});

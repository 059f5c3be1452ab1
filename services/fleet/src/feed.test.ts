import {
  type Dossier,
  entity,
  type Finding,
  type FleetInput,
  type Incident,
  partitionOfTenant,
  type Signal,
  topics,
} from '@winnow/contracts';
import { createTable, type LogRecord, type Tables } from '@winnow/stream';
import { describe, expect, it } from 'vitest';
import { imageName, publicResolver, unreachableHosts } from './feed/names.ts';
import { fleetFeedStage } from './feed.ts';
import { timeAt } from './testing/given.ts';

const signal = (over: Partial<Signal> = {}): Signal => ({
  ...{
    id: 'sig-1',
    entity: entity('Deployment', 'shop', 'cart'),
    subjects: [],
    symptom: 'image-pull',
    reason: 'ErrImagePull',
  },
  ...{
    severity: 'high',
    sources: [],
    messages: [],
    count: 1,
    firstSeen: timeAt(0),
    lastSeen: timeAt(0),
    attributes: {},
  },
  ...{ status: 'open', observations: [], why: '' },
  ...over,
});
const incident = (signals: readonly Signal[], over: Partial<Incident> = {}): Incident => ({
  ...{ schema: 1, id: 'inc-1', tenant: 'acme', cluster: 'prod', revision: 1, status: 'open', severity: 'high' },
  ...{ openedAt: timeAt(0), updatedAt: timeAt(1), roots: [], ready: false, traceId: '0'.repeat(32) },
  members: signals.map((each) => ({ signal: each, why: { rule: 'opened', score: 1, path: [] } })),
  ...over,
});
const dossier = (over: Partial<Dossier>): Dossier => ({
  ...{ schema: 1, tenant: 'acme', cluster: 'prod', at: timeAt(20), incident: incident([signal()]) },
  blastRadius: { scope: 'pod', workloads: 1, namespaces: 1, nodes: 1 },
  ...{
    objects: [],
    edges: [],
    changes: [],
    events: [],
    logs: [],
    metrics: [],
    checks: { connectivity: [], nodeServices: [] },
  },
  lookups: [],
  ...over,
});
const finding = (mode: string, over: object = {}): Finding => ({
  ...{ schema: 1, tenant: 'acme', cluster: 'prod', at: timeAt(30), incident: 'inc-1', revision: 1, title: 'It is so' },
  hypotheses: [
    {
      ...{ entity: entity('Deployment', 'shop', 'cart'), mode, category: 'image-deployment', confidence: 0.9 },
      ...{ verdict: 'confirmed', summary: 'so it is', evidence: [], remediation: [], ...over },
    } as Finding['hypotheses'][number],
  ],
});

function testFeed(partitions = 24) {
  const stage = fleetFeedStage({ partitions });
  const tables = { known: createTable() } as unknown as Tables;
  let state = stage.open(tables);
  const told: FleetInput[] = [];
  const partitionsUsed = new Set<number | undefined>();
  return {
    told,
    partitionsUsed,
    known: () => tables.known?.size,
    reload() {
      state = stage.open(tables);
    },
    take(value: Incident | Dossier | Finding) {
      const topic = 'members' in value ? topics.incidents : 'hypotheses' in value ? topics.findings : topics.dossiers;
      const record: LogRecord = { topic: topic.name, partition: 3, offset: 0, key: '', headers: {}, value };
      for (const each of stage.decide(state, record).emit ?? []) {
        told.push(each.value as FleetInput);
        partitionsUsed.add(each.partition);
      }
      return told.at(-1)?.causes.map(({ kind, key, weight }) => `${kind} ${key} ${weight}`);
    },
  };
}

const image = 'registry.example.com/shop/cart:2';

describe('what is told to the fleet', () => {
  it('given an image that is not there, then the image is to blame, in the partition of the tenant', () => {
    const f = testFeed();
    const missing = signal({ attributes: { image }, messages: [`manifest for ${image} not found: manifest unknown`] });
    expect(f.take(incident([missing]))).toEqual([`image ${image} 0.9`, 'registry registry.example.com 0.15']);
    expect(f.told[0]).toMatchObject({
      tenant: 'acme',
      cluster: 'prod',
      incident: 'inc-1',
      at: timeAt(1),
      status: 'open',
    });
    expect([...f.partitionsUsed]).toEqual([partitionOfTenant('acme', 24)]);
  });

  it('given a registry that does not answer, then it is to blame', () => {
    const messages = ['failed to pull: dial tcp 10.0.0.1:443: i/o timeout'];
    expect(testFeed().take(incident([signal({ attributes: { image: 'nginx' }, messages })]))).toEqual([
      'registry docker.io 0.8',
      'image docker.io/library/nginx:latest 0.3',
    ]);
  });

  it('given a crash, then its image is a hint; where it was rolled out just before, it is more than that', () => {
    const f = testFeed();
    const crash = signal({ symptom: 'crash-loop', reason: 'CrashLoopBackOff', attributes: { image } });
    expect(f.take(incident([crash]))).toEqual([`image ${image} 0.35`]);
    const change: Omit<Dossier['changes'][number], 'at' | 'entity' | 'diff'> = {
      schema: 1,
      id: 'chg',
      tenant: 'acme',
      cluster: 'prod',
      kind: 'updated',
      summary: '',
      observations: [],
    };
    const diff = [{ path: 'spec.template.spec.containers[cart].image', before: 'x:1', after: image }];
    const at = timeAt(-300);
    const changed = { ...change, at, entity: entity('Deployment', 'shop', 'cart'), diff };
    expect(f.take(dossier({ incident: incident([crash]), changes: [changed] }))).toEqual([`image ${image} 0.85`]);
    const long = { ...changed, at: timeAt(-7200) };
    expect(f.take(dossier({ incident: incident([crash]), changes: [long] }))).toEqual([`image ${image} 0.35`]);
  });

  it('given a crash that has a certain cause of its own, then its image is none; the fleet hears that it has left', () => {
    const f = testFeed();
    f.take(incident([signal({ symptom: 'crash-loop', attributes: { image } })]));
    f.take(finding('missing-secret'));
    expect(f.told.at(-1)).toMatchObject({ title: 'It is so', causes: [] });
  });

  it('given a diagnosis, then what it says to be at fault counts', () => {
    const f = testFeed();
    f.take(incident([signal({ attributes: { image } })]));
    expect(f.take(finding('image-registry-unreachable'))).toEqual([
      'registry registry.example.com 0.81',
      `image ${image} 0.3`,
    ]);
    expect(
      f.take(finding('dependency-unavailable', { entity: entity('Host', undefined, 'API.example.com') }))?.[0],
    ).toBe('host api.example.com 0.8');
  });

  it('given nodes in trouble that all are in one zone, then the zone is suspect; in two zones none is', () => {
    const node = (name: string, zone: string) =>
      ({
        kind: 'Node',
        metadata: { name, labels: { 'topology.kubernetes.io/zone': zone } },
      }) as Dossier['objects'][number];
    const down = (name: string) =>
      signal({ id: name, symptom: 'node-not-ready', entity: entity('Node', undefined, name), attributes: {} });
    const f = testFeed();
    const both = incident([down('a'), down('b')]);
    f.take(both);
    expect(f.take(dossier({ incident: both, objects: [node('a', 'z1'), node('b', 'z1'), node('c', 'z2')] }))).toEqual([
      'zone z1 0.5',
      'symptom node-not-ready in zone z1 0.35',
    ]);
    expect(f.take(dossier({ incident: both, objects: [node('a', 'z1'), node('b', 'z2')] }))).toEqual([]);
  });

  it('given what shares nothing, or changes in nothing that matters, then nothing is told', () => {
    const f = testFeed();
    f.take(incident([signal({ symptom: 'quota-full' })]));
    expect(f.told).toEqual([]);
    f.take(incident([signal({ attributes: { image } })], { id: 'inc-2' }));
    f.take(incident([signal({ attributes: { image }, count: 7 })], { id: 'inc-2', revision: 2, updatedAt: timeAt(9) }));
    expect(f.told).toHaveLength(1);
  });

  it('given a dossier before its incident, and a restart between them, then both are told of together', () => {
    const f = testFeed();
    f.take(finding('image-not-found'));
    f.reload();
    expect(f.take(incident([signal({ attributes: { image } })]))).toEqual([
      `image ${image} 0.81`,
      'registry registry.example.com 0.3',
    ]);
  });

  it('given incidents that are over or were merged, then the fleet hears of it, and they are let go after a while', () => {
    const f = testFeed();
    const pull = signal({ attributes: { image } });
    f.take(incident([pull]));
    f.take(incident([pull], { revision: 2, mergedInto: 'inc-9' }));
    expect([f.told.at(-1)?.mergedInto, f.known()]).toEqual(['inc-9', 0]);
    f.take(incident([pull], { id: 'inc-3', status: 'resolved' }));
    f.reload();
    f.take(incident([pull], { id: 'inc-4', updatedAt: timeAt(4000) }));
    expect(f.known()).toBe(1);
  });
});

describe('names', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx:latest'],
    ['team/app:1', 'docker.io/team/app:1'],
    ['localhost:5000/app', 'localhost:5000/app:latest'],
    ['docker-pullable://ghcr.io/a/b@sha256:00', 'ghcr.io/a/b@sha256:00'],
    ['ghcr.io/a/b:1@sha256:00', 'ghcr.io/a/b@sha256:00'],
    ['sha256:00ff', undefined],
    ['', undefined],
  ])('of the image %j is %j', (text, name) => expect(imageName(text)).toBe(name));

  it.each([
    ['Get "https://x": dial tcp: lookup api.stripe.com on 10.96.0.10:53: no such host', ['api.stripe.com']],
    ['dial tcp: lookup db.shop.svc.cluster.local on 10.96.0.10:53: no such host', []],
    ['could not connect to host db-1', []],
    ['Connection to Mail.Example.com refused', ['mail.example.com']],
    ['dial tcp 10.0.0.7:443: connect: connection refused', []],
  ])('of hosts in %j are %j', (message, hosts) => expect(unreachableHosts(message)).toEqual(hosts));

  it('of resolvers count where they are public', () => {
    expect(publicResolver('lookup a.b on 8.8.8.8:53: i/o timeout')).toBe('8.8.8.8');
    expect(publicResolver('lookup a.b on 10.96.0.10:53: i/o timeout')).toBeUndefined();
  });
});

import {
  type Ask,
  type Change,
  type Envelope,
  entity,
  type Item,
  type KubeObject,
  type LookupKind,
  type TopicName,
  topics,
} from '@winnow/contracts';
import { type ClusterReader, type LogRecord, type LookupAnswer, LookupDenied } from '@winnow/stream';
import { describe, expect, it } from 'vitest';
import type { Surroundings } from './core/surroundings.ts';
import { type ContextLookups, contextLookups } from './lookups.ts';
import { createProjection, type Projection } from './projection.ts';

const at = '2026-03-08T15:21:12.035Z';
const head = { schema: 1, tenant: 'default', cluster: 'prod', at } as const;
const record = (topic: TopicName, value: unknown): LogRecord => ({
  topic,
  partition: 0,
  offset: 0,
  key: 'k',
  headers: {},
  value,
});
const deployment: KubeObject = { kind: 'Deployment', metadata: { name: 'cart', namespace: 'shop' } };

const observed = (items: readonly Item[], source: Envelope['source'] = 'kubernetes.event', time = at): LogRecord =>
  record(topics.observations.name, { ...head, at: time, source, instance: 'i', items: [...items] } satisfies Envelope);
const inventory = (object: KubeObject | undefined): LogRecord =>
  record(topics.inventory.name, { ...head, entity: entity('Deployment', 'shop', 'cart'), ...(object && { object }) });
const change = (id: string, name: string, time: string): LogRecord =>
  record(topics.changes.name, {
    ...head,
    at: time,
    id,
    entity: entity('Deployment', 'shop', name),
    kind: 'updated',
    summary: '',
    diff: [],
    observations: [],
  });
const event = (reason: string, over: object = {}): Item => ({
  ...{
    type: 'event',
    uid: reason,
    regarding: entity('Pod', 'shop', 'cart-1'),
    reason,
    eventType: 'Warning',
    message: '',
    count: 1,
  },
  ...over,
});

function projectionOf(...records: readonly LogRecord[]): Projection {
  const projection = createProjection();
  for (const each of records) projection.apply(each);
  return projection;
}

const silent: ClusterReader = {
  objects: async () => undefined,
  logs: async () => undefined,
  events: async () => undefined,
  metrics: async () => undefined,
  checks: async () => undefined,
};

async function ask(
  options: Partial<ContextLookups> & { reader?: Partial<ClusterReader> },
  kind: LookupKind,
  args: Ask['arguments'] = {},
): Promise<LookupAnswer> {
  const { reader, ...rest } = options;
  const lookups = contextLookups({
    projection: createProjection(),
    readers: () => reader && { ...silent, ...reader },
    ...rest,
  });
  const asked: Ask = {
    ...head,
    type: 'ask',
    id: 'ask-1',
    incident: 'inc-1',
    revision: 1,
    kind,
    arguments: args,
    deadline: 1_000,
  };
  const answer = await lookups[kind]?.(asked, new AbortController().signal);
  if (!answer) throw new Error(`no look-up of ${kind}`);
  return answer;
}

const around = { members: ['Deployment/shop/cart'], hops: 3 };
const namesOf = (answer: LookupAnswer) =>
  (answer.value as Surroundings).objects.map(({ object }) => object.metadata.name);

describe('a look-up of objects', () => {
  it('is answered from what the log told', async () => {
    const projection = projectionOf(inventory(deployment));
    expect(namesOf(await ask({ projection }, 'objects', around))).toEqual(['cart']);
  });

  it('knows no object that was deleted', async () => {
    const projection = projectionOf(inventory(deployment), inventory(undefined));
    expect(await ask({ projection }, 'objects', around)).toMatchObject({ status: 'failed' });
  });

  it('is answered by the reader where the log told nothing of the namespace, following calls into others', async () => {
    const env = [{ name: 'DB_URL', value: 'http://db.data:5432' }];
    const template = { spec: { containers: [{ name: 'cart', env }] } };
    const all: readonly KubeObject[] = [
      { kind: 'Deployment', metadata: { name: 'cart', namespace: 'shop' }, spec: { template } },
      { kind: 'Service', metadata: { name: 'db', namespace: 'data' } },
      { kind: 'Namespace', metadata: { name: 'data' } },
      { kind: 'Node', metadata: { name: 'n1' } },
    ];
    const reader = {
      objects: async (namespace: string | undefined) => all.filter((each) => each.metadata.namespace === namespace),
    };
    expect(namesOf(await ask({ reader }, 'objects', around))).toEqual(['cart', 'db', 'n1']);
  });

  it('tells of the one namespace that may be looked at, and says denied where none may be', async () => {
    const objects = async (namespace: string | undefined) => {
      if (namespace === 'shop') return [deployment];
      throw new LookupDenied('nodes is forbidden');
    };
    expect(namesOf(await ask({ reader: { objects } }, 'objects', around))).toEqual(['cart']);
    const elsewhere = { ...around, members: ['Deployment/data/db'] };
    await expect(ask({ reader: { objects } }, 'objects', elsewhere)).rejects.toThrow(LookupDenied);
  });

  it('finds a call that tracing declared, with how its calls go, until it is gone', async () => {
    const declared = {
      ...head,
      type: 'dependency',
      from: entity('Service', 'shop', 'cart'),
      to: entity('Service', 'shop', 'db'),
      errorRatio: 0.4,
      latencyMs: 900,
    };
    const projection = projectionOf(inventory(deployment), record(topics.signals.name, declared));
    const { value } = await ask({ projection }, 'objects', around);
    expect((value as Surroundings).edges).toEqual([
      {
        from: entity('Deployment', 'shop', 'cart'),
        to: entity('Service', 'shop', 'db'),
        type: 'calls',
        learned: expect.any(String),
        errorRatio: 0.4,
        latencyMs: 900,
      },
    ]);
    projection.apply(record(topics.signals.name, { ...declared, gone: true }));
    expect(((await ask({ projection }, 'objects', around)).value as Surroundings).edges).toEqual([]);
  });
});

describe('a look-up of events', () => {
  it('is answered from what arrived, the last word of each event', async () => {
    const projection = projectionOf(
      observed([event('BackOff')]),
      observed([event('BackOff', { count: 9 }), event('Old', { deleted: true })]),
    );
    expect(await ask({ projection }, 'events', { namespace: 'shop' })).toEqual({
      status: 'ok',
      value: [event('BackOff', { count: 9 })],
    });
  });

  it('is empty where events are heard and there is none, and failed where nobody hears any', async () => {
    const heartbeat: Item = { type: 'heartbeat', source: 'kubernetes.event', instance: 'i' };
    expect(
      await ask({ projection: projectionOf(observed([heartbeat], 'heartbeat')) }, 'events', { namespace: 'shop' }),
    ).toEqual({ status: 'empty' });
    expect(await ask({}, 'events', { namespace: 'shop' })).toEqual({ status: 'failed', message: 'no reader' });
  });
});

describe('a look-up of changes', () => {
  const args = { entities: ['Deployment/shop/cart'], since: '2026-03-08T14:21:12.035Z' };

  it('gives those of these entities since then', async () => {
    const early = change('chg-0', 'cart', '2026-03-08T10:00:00.000Z');
    const projection = projectionOf(early, change('chg-1', 'cart', at), change('chg-2', 'other', at));
    const { value } = await ask({ projection }, 'changes', args);
    expect((value as readonly Change[]).map((each) => each.id)).toEqual(['chg-1']);
  });

  it('is empty only where somebody would have told of one', async () => {
    const snapshot: Item = { type: 'object', change: 'ADDED', object: deployment };
    const watched: Item = { type: 'object', change: 'MODIFIED', object: deployment };
    const statusOf = async (item: Item) =>
      (await ask({ projection: projectionOf(observed([item], 'kubernetes.object')) }, 'changes', args)).status;
    expect([await statusOf(snapshot), await statusOf(watched)]).toEqual(['failed', 'empty']);
  });
});

describe('look-ups of a reader', () => {
  it('say what is there, that nothing is there, and that nobody can tell', async () => {
    const log = { namespace: 'shop', pod: 'cart-1', container: 'c', previous: false, lines: ['x'], omitted: 0 };
    const args = { namespace: 'shop', pod: 'cart-1', previous: false, tailLines: 5 };
    expect(await ask({ reader: { logs: async () => [log] } }, 'logs', args)).toEqual({ status: 'ok', value: [log] });
    expect(await ask({ reader: { logs: async () => [] } }, 'logs', args)).toEqual({ status: 'empty' });
    for (const kind of ['logs', 'metrics', 'checks'] as const)
      expect(await ask({ reader: {} }, kind, args)).toEqual({ status: 'failed', message: 'no reader' });
  });

  it('are told the record time only where the reader may know what comes later', async () => {
    const told: unknown[] = [];
    const reader: Partial<ClusterReader> = {
      checks: async (until) => {
        told.push(until);
        return undefined;
      },
    };
    const later = '2026-03-08T15:30:00.000Z';
    const projection = projectionOf(observed([], 'heartbeat', later));
    await ask({ projection, reader }, 'checks');
    await ask({ projection, reader, cutOff: true }, 'checks');
    expect(told).toEqual([undefined, later]);
  });

  it('give way to what a recording holds', async () => {
    const lookup: Item = {
      type: 'lookup',
      kind: 'logs',
      arguments: { namespace: 'shop', pod: 'cart-1' },
      status: 'denied',
      value: null,
    };
    const projection = projectionOf(observed([lookup], 'lookup'));
    const reader = { logs: async () => [] };
    const args = (pod: string) => ({ namespace: 'shop', pod, previous: false, tailLines: 5 });
    expect(await ask({ projection, reader }, 'logs', args('cart-1'))).toEqual({ status: 'denied' });
    expect(await ask({ projection, reader }, 'logs', args('cart-2'))).toEqual({ status: 'empty' });
  });
});

import type { EventItem, Item } from '@winnow/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEvent, readObject } from './src/core.ts';

const context = { at: '2026-03-08T15:21:12.035Z', place: 'line 17' };
const event = (payload: unknown): EventItem => {
  const [item] = readEvent(payload, context);
  if (item?.type !== 'event') throw new Error(JSON.stringify(item));
  return item;
};

const core = {
  apiVersion: 'v1',
  kind: 'Event',
  metadata: {
    name: 'cart-1.17',
    namespace: 'shop',
    uid: 'u-1',
    resourceVersion: '42',
    creationTimestamp: '2026-03-08T15:00:00Z',
  },
  involvedObject: { kind: 'Pod', namespace: 'shop', name: 'cart-1', uid: 'p-1', fieldPath: 'spec.containers{cart}' },
  reason: 'BackOff',
  message: 'Back-off restarting failed container',
  source: { component: 'kubelet', host: 'node-1' },
  firstTimestamp: '2026-03-08T15:10:00Z',
  lastTimestamp: '2026-03-08T15:20:00Z',
  count: 12,
  type: 'Warning',
  eventTime: null,
};

describe('given an event of core/v1, when it is read', () => {
  it('then it says what happened to what, how often and when', () => {
    expect(event(core)).toEqual({
      type: 'event',
      uid: 'u-1',
      resourceVersion: '42',
      regarding: { kind: 'Pod', namespace: 'shop', name: 'cart-1' },
      regardingUid: 'p-1',
      container: 'cart',
      reason: 'BackOff',
      eventType: 'Warning',
      message: 'Back-off restarting failed container',
      count: 12,
      firstAt: '2026-03-08T15:10:00.000Z',
      lastAt: '2026-03-08T15:20:00.000Z',
      reporter: 'kubelet',
      node: 'node-1',
    });
  });

  it('then a series counts before the count', () => {
    const series = { count: 7, lastObservedTime: '2026-03-08T15:30:00.123456Z' };
    expect(event({ ...core, count: null, series })).toMatchObject({ count: 7, lastAt: '2026-03-08T15:30:00.123Z' });
  });

  it('then null times leave the time of creation', () => {
    const item = event({ ...core, firstTimestamp: null, lastTimestamp: null, count: null });
    expect(item).toMatchObject({ count: 1, firstAt: '2026-03-08T15:00:00.000Z', lastAt: '2026-03-08T15:00:00.000Z' });
  });

  it('then what is about a node is in no namespace', () => {
    const item = event({
      ...core,
      metadata: { namespace: 'default' },
      involvedObject: { kind: 'Node', name: 'node-1' },
    });
    expect(item.regarding).toEqual({ kind: 'Node', name: 'node-1' });
  });

  it('then a secret in its message is gone', () => {
    expect(event({ ...core, message: 'dial postgres://u:hunter2@db' }).message).toBe('dial postgres://u:[REDACTED]@db');
  });
});

it('given an event of events.k8s.io/v1, when it is read, then it reads as one of core/v1 would', () => {
  const item = event({
    metadata: { namespace: 'shop', creationTimestamp: '2026-03-08T15:00:00Z' },
    regarding: { kind: 'Pod', namespace: 'shop', name: 'cart-1' },
    reason: 'Failed',
    note: 'Error: ImagePullBackOff',
    type: 'Warning',
    eventTime: '2026-03-08T15:10:00.000000Z',
    reportingController: 'kubelet',
    reportingInstance: 'node-1',
    deprecatedCount: 3,
  });
  expect(item).toMatchObject({ message: 'Error: ImagePullBackOff', count: 3, reporter: 'kubelet', node: 'node-1' });
  expect(item.lastAt).toBe('2026-03-08T15:10:00.000Z');
});

it('given an event whose object a watch reports deleted, when it is read, then it is an event that is gone', () => {
  expect(readObject({ type: 'DELETED', object: core }, context)).toMatchObject([{ type: 'event', deleted: true }]);
});

describe('given an object as a watch delivers it, when it is read', () => {
  it('then its facts are kept without managedFields and secrets', () => {
    const object = { kind: 'Secret', metadata: { name: 's', managedFields: [{}] }, data: { key: 'aHVudGVyMg==' } };
    expect(readObject({ type: 'ADDED', object }, context)).toEqual([
      { type: 'object', change: 'ADDED', object: { kind: 'Secret', metadata: { name: 's' }, keys: ['key'] } },
    ]);
  });

  it('then a kind of another group that has the name of one of Kubernetes’ own is told apart', () => {
    const object = { apiVersion: 'serving.knative.dev/v1', kind: 'Service', metadata: { name: 's' } };
    const otherKind = 'Service.serving.knative.dev';
    expect(readObject({ type: 'ADDED', object }, context)).toMatchObject([{ object: { kind: 'Other', otherKind } }]);
    const item = event({ ...core, involvedObject: { ...object, name: 's' } });
    expect(item.regarding.kind).toBe(otherKind);
    expect(
      event({ ...core, involvedObject: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' } }).regarding.kind,
    ).toBe('Deployment');
  });

  it('then a bookmark is nothing', () => expect(readObject({ type: 'BOOKMARK', object: {} }, context)).toEqual([]));

  it.each([
    [{ type: 'ADDED', object: { kind: 'Pod', metadata: {} } }, 'line 17 object.metadata.name'],
    [{ type: 'ADDED', object: 5 }, 'line 17 object'],
    [{ type: 'SOMETHING', object: {} }, 'line 17 type'],
    [null, 'line 17'],
  ])('then what is missing is named: %j', (payload, place) => {
    const [item] = readObject(payload, context);
    expect(item).toMatchObject({ type: 'unreadable', code: 'wrong-shape' });
    expect((item as { place: string }).place).toContain(place);
  });
});

it('given any JSON, when it is read, then nothing throws and there is at most one item', () => {
  const shaped = fc.record(
    {
      type: fc.constantFrom('ADDED', 'MODIFIED', 'DELETED', 'Warning'),
      object: fc.record(
        {
          kind: fc.constantFrom('Pod', 'Event', 'Node', 'constructor'),
          metadata: fc.jsonValue(),
          spec: fc.jsonValue(),
          status: fc.jsonValue(),
          involvedObject: fc.jsonValue(),
        },
        { requiredKeys: [] },
      ),
      involvedObject: fc.oneof(fc.jsonValue(), fc.record({ kind: fc.string(), name: fc.jsonValue() })),
      metadata: fc.jsonValue(),
      series: fc.jsonValue(),
      count: fc.jsonValue(),
      source: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  const read = (payload: unknown): Item[][] => [readEvent(payload, context), readObject(payload, context)];
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), shaped), (payload) => {
      for (const items of read(payload)) expect(items.length).toBeLessThanOrEqual(1);
    }),
  );
});

import { describe, expect, it } from 'vitest';
import { findValue } from './find-value.ts';
import { readListed, readWatched } from './read-arrival.ts';
import { chooseKinds, readKindRule, type WatchedKind } from './watched-kinds.ts';

const context = { at: '2026-03-08T15:00:00.000Z', place: 'configmaps of prod' };
const kindOf = (resource: string, kind: string, group = '', version = 'v1'): WatchedKind =>
  chooseKinds([{ group, version, resource, kind, verbs: ['get', 'list', 'watch'] }], [{ group, resource }]).watched.at(
    -1,
  )!;
const configMaps = kindOf('configmaps', 'ConfigMap');
const bytesOf = (text: string) => new TextEncoder().encode(text);
const whole = (value: unknown) => ({ bytes: bytesOf(JSON.stringify(value)), size: JSON.stringify(value).length });

describe('given one line of a watch', () => {
  it('when it is a change, then it is an item with the version that the watch has reached, and when it was written', () => {
    const managedFields = [{ time: '2026-03-08T14:59:58Z' }, { time: '2026-03-08T14:59:59Z' }];
    const object = { metadata: { name: 'a', resourceVersion: '7', managedFields }, data: { k: 'v' } };
    expect(readWatched(configMaps, whole({ type: 'MODIFIED', object }), context)).toMatchObject({
      is: 'items',
      version: '7',
      newest: '2026-03-08T14:59:59Z',
      items: [
        { type: 'object', change: 'MODIFIED', object: { kind: 'ConfigMap', apiVersion: 'v1', data: { k: 'v' } } },
      ],
    });
  });

  it('when it is a bookmark, then it only says how far the watch has reached', () => {
    const line = { type: 'BOOKMARK', object: { metadata: { resourceVersion: '9' } } };
    expect(readWatched(configMaps, whole(line), context)).toEqual({ is: 'bookmark', version: '9' });
  });

  it.each([
    [{ code: 410, reason: 'Expired', message: 'too old' }, 410],
    [{ reason: 'Expired' }, 410],
    [{ code: 500 }, 500],
    [{}, 500],
  ])('when it is the error %j, then its code is %i', (object, code) => {
    expect(readWatched(configMaps, whole({ type: 'ERROR', object }), context)).toMatchObject({ is: 'error', code });
  });

  it('when it is no JSON, then it is a dead letter that names its place and holds nothing of it', () => {
    const told = readWatched(configMaps, { bytes: bytesOf('{"secret'), size: 8 }, context);
    expect(told).toMatchObject({ is: 'unreadable', items: [{ code: 'not-json', place: 'configmaps of prod' }] });
    expect(JSON.stringify(told)).not.toContain('secret');
  });

  it('when its object is too large, then its name, version and end are told all the same', () => {
    const object = {
      metadata: { name: 'a', namespace: 'shop', uid: 'u', resourceVersion: '7' },
      data: { k: 'x'.repeat(9_000) },
    };
    const text = JSON.stringify({ type: 'DELETED', object });
    expect(readWatched(configMaps, { bytes: bytesOf(text.slice(0, 4_000)), size: text.length }, context)).toEqual({
      is: 'items',
      version: '7',
      items: [
        {
          type: 'object',
          change: 'DELETED',
          object: expect.objectContaining({ kind: 'ConfigMap', metadata: object.metadata }),
          trimmed: ['object'],
        },
      ],
    });
  });

  it('when it is an event that is too large, then it is a dead letter', () => {
    const text = JSON.stringify({ type: 'ADDED', object: { metadata: { name: 'e' }, message: 'x'.repeat(9_000) } });
    const piece = { bytes: bytesOf(text.slice(0, 4_000)), size: text.length };
    expect(readWatched(kindOf('events', 'Event'), piece, context)).toMatchObject({ items: [{ code: 'too-large' }] });
  });
});

it('given an item of a typed list, when it is read, then it has the kind that the list is of', () => {
  const [item] = readListed(kindOf('deployments', 'Deployment', 'apps'), whole({ metadata: { name: 'api' } }), context);
  expect(item).toMatchObject({ change: 'ADDED', object: { kind: 'Deployment', apiVersion: 'apps/v1' } });
});

it.each([
  ['{"a":{"b":[1,{"c":"}"}]},"d":2', ['a', 'b'], [1, { c: '}' }]],
  ['{"a":"x\\"y","b":{"c":true}', ['b', 'c'], true],
  ['{"a":{"b":"cut', ['a', 'b'], undefined],
  ['{"a":1', ['b'], undefined],
  ['[1]', ['a'], undefined],
  ['', [], undefined],
])('given the beginning %j, when %j is looked for, then it is found where it is whole', (text, path, value) => {
  expect(findValue(text, path)).toEqual(value);
});

describe('given what a cluster serves', () => {
  const verbs = ['get', 'list', 'watch'];
  const served = (group: string, version: string, resource: string, kind: string, more = verbs) => ({
    ...{ group, version, resource, kind },
    verbs: more,
  });

  it('then each kind is watched once, in its best version, and events of one family only', () => {
    const { watched, missing } = chooseKinds([
      served('', 'v1', 'events', 'Event'),
      served('events.k8s.io', 'v1', 'events', 'Event'),
      served('autoscaling', 'v1', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler'),
      served('autoscaling', 'v2', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler'),
      served('autoscaling', 'v2beta2', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler'),
      served('', 'v1', 'pods', 'Pod', ['get', 'list']),
    ]);
    expect(watched.map(({ path, source }) => [path, source])).toEqual([
      ['/api/v1/events', 'kubernetes.event'],
      ['/apis/autoscaling/v2/horizontalpodautoscalers', 'kubernetes.object'],
    ]);
    expect(missing).toContain('pods');
  });

  it('then endpoints are watched only where there are no slices of them', () => {
    const endpoints = served('', 'v1', 'endpoints', 'Endpoints');
    const slices = served('discovery.k8s.io', 'v1', 'endpointslices', 'EndpointSlice');
    expect(chooseKinds([endpoints]).watched.map(({ id }) => id)).toEqual(['endpoints']);
    expect(chooseKinds([endpoints, slices]).watched.map(({ id }) => id)).toEqual(['endpointslices.discovery.k8s.io']);
  });

  it('then further kinds are watched as configured, told apart from those of the same name', () => {
    const extra = [readKindRule('serving.knative.dev/services')!, readKindRule('pods')!];
    const { watched } = chooseKinds(
      [served('serving.knative.dev', 'v1', 'services', 'Service'), served('', 'v1', 'pods', 'Pod')],
      extra,
    );
    expect(watched.map(({ kind, optional }) => [kind, optional])).toEqual([
      ['Pod', false],
      ['Service.serving.knative.dev', true],
    ]);
  });

  it.each(['', '/', 'a b', 'Group/pods', 'a/b/c'])('then "%s" names no kind', (text) => {
    expect(readKindRule(text)).toBeUndefined();
  });
});

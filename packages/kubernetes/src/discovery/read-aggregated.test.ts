import { describe, expect, it } from 'vitest';
import { pathOf } from './api-resource.ts';
import { preferFirst, readAggregated, readGroups, readResourceList } from './read-aggregated.ts';

const resource = (name: string, kind: string, scope = 'Namespaced') => ({
  ...{ resource: name, responseKind: { group: '', version: '', kind }, scope, verbs: ['list'] },
});

describe('aggregated discovery', () => {
  it('given two versions of a group, when it is read, then what both have is told in the first, the preferred one', () => {
    const found = readAggregated({
      kind: 'APIGroupDiscoveryList',
      items: [
        {
          metadata: { name: 'autoscaling' },
          versions: [
            { version: 'v2', resources: [resource('horizontalpodautoscalers', 'HorizontalPodAutoscaler')] },
            {
              version: 'v1',
              resources: [
                resource('horizontalpodautoscalers', 'HorizontalPodAutoscaler'),
                resource('olds', 'Old', 'Cluster'),
              ],
            },
          ],
        },
      ],
    });
    const told = preferFirst(found?.resources ?? []);
    expect(told.map(({ version, kind, namespaced }) => [version, kind, namespaced])).toEqual([
      ['v2', 'HorizontalPodAutoscaler', true],
      ['v1', 'Old', false],
    ]);
  });

  it('given a stale group, when it is read, then it is named, and what was known of it is told', () => {
    const versions = [{ version: 'v1beta1', freshness: 'Stale', resources: [resource('pods', 'PodMetrics')] }];
    const found = readAggregated({
      kind: 'APIGroupDiscoveryList',
      items: [{ metadata: { name: 'metrics.k8s.io' }, versions }],
    });
    expect(found?.problems).toEqual(['metrics.k8s.io/v1beta1 does not answer']);
    expect(found?.resources).toHaveLength(1);
  });

  it.each([null, 'text', {}, { kind: 'APIVersions' }])(
    'given %j, when it is read, then it is the older form or none',
    (document) => {
      expect(readAggregated(document)).toBeUndefined();
    },
  );

  it('given parts of odd shapes, when it is read, then these are left out and the others stay', () => {
    const versions = [
      null,
      { version: 7, resources: [resource('a', 'A')] },
      { version: 'v1', resources: [null, {}, resource('b', 'B')] },
    ];
    const found = readAggregated({ kind: 'APIGroupDiscoveryList', items: [null, {}, { versions }] });
    expect(found?.resources.map(({ kind }) => kind)).toEqual(['B']);
  });
});

describe('the older form of discovery', () => {
  it('given a list, when it is read, then subresources are left out', () => {
    const resources = [
      { name: 'pods', kind: 'Pod', namespaced: true, verbs: ['get'] },
      { name: 'pods/log', kind: 'Pod' },
      7,
    ];
    expect(readResourceList({ resources }, '', 'v1')).toEqual([
      { group: '', version: 'v1', resource: 'pods', kind: 'Pod', namespaced: true, verbs: ['get'] },
    ]);
  });

  it('given groups, when they are read, then the preferred version comes first', () => {
    const versions = [{ version: 'v1beta1' }, { version: 'v1' }];
    expect(readGroups({ groups: [{ name: 'apps', versions, preferredVersion: { version: 'v1' } }, {}] })).toEqual([
      { group: 'apps', versions: ['v1', 'v1beta1'] },
    ]);
  });
});

describe('where objects are listed', () => {
  it.each([
    ['', undefined, '/api/v1/things'],
    ['', 'shop', '/api/v1/namespaces/shop/things'],
    ['apps', 'a/b', '/apis/apps/v1/namespaces/a%2Fb/things'],
  ])('given the group %j and the namespace %j, then it is %s', (group, namespace, path) => {
    const things = { group, version: 'v1', resource: 'things', kind: 'Thing', namespaced: true, verbs: [] };
    expect(pathOf(things, namespace)).toBe(path);
  });
});

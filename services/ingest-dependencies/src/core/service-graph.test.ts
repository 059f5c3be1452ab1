import { describe, expect, it } from 'vitest';
import { edgesOf, type GraphQuery, type InstantSeries, readVector } from './service-graph.ts';

const query = (family: GraphQuery['family'], figure: GraphQuery['figure']): GraphQuery => ({
  family,
  figure,
  promql: '',
});
const series = (metric: Record<string, string>, value: number): InstantSeries => ({ metric, value });
const drawn = (answers: Parameters<typeof edgesOf>[0]) =>
  edgesOf(answers, 30).map(({ cluster, item: { from, to, calls, errorRatio, latencyMs } }) => [
    `${from.namespace}/${from.service} → ${to.namespace}/${to.service}`,
    { calls, errorRatio, latencyMs, ...(cluster && { cluster }) },
  ]);

describe('given what a metrics generator counts', () => {
  const ends = { client: 'web', server: 'cart', client_k8s_namespace_name: 'shop', server_k8s_namespace_name: 'store' };
  it('then calls, failures and durations of an edge meet', () => {
    expect(
      drawn([
        { query: query('traces', 'calls'), series: [series({ ...ends, cluster: 'prod' }, 2)] },
        { query: query('traces', 'failed'), series: [series({ ...ends, cluster: 'prod' }, 0.5)] },
        { query: query('traces', 'seconds'), series: [series({ ...ends, cluster: 'prod' }, 0.25)] },
      ]),
    ).toEqual([['shop/web → store/cart', { calls: 60, errorRatio: 0.25, latencyMs: 250, cluster: 'prod' }]]);
  });
  it('then who is nobody, who calls itself and what is not called are no edges', () => {
    const calls = [
      series({ client: 'user', server: 'web' }, 1),
      series({ client: 'web', server: 'web' }, 1),
      series(ends, 0),
    ];
    expect(drawn([{ query: query('traces', 'calls'), series: calls }])).toEqual([]);
  });
  it('then a server that is named by its host is found as its client would find it', () => {
    const calls = [
      series({ client: 'web', client_namespace: 'shop', server: 'redis', connection_type: 'database' }, 1),
    ];
    expect(drawn([{ query: query('traces', 'calls'), series: calls }])[0]?.[0]).toBe('shop/web → shop/redis');
  });
});

describe('given what a mesh counts', () => {
  const ends = {
    source_workload: 'web',
    source_workload_namespace: 'shop',
    destination_service_name: 'cart',
    destination_service_namespace: 'store',
  };
  it('then each call counts once, though both sides report it; what never arrived only its caller knows', () => {
    const calls = [series({ ...ends, reporter: 'source' }, 4), series({ ...ends, reporter: 'destination' }, 3)];
    const failed = [series({ ...ends, reporter: 'source' }, 2), series({ ...ends, reporter: 'destination' }, 1)];
    expect(
      drawn([
        { query: query('istio', 'calls'), series: calls },
        { query: query('istio', 'failed'), series: failed },
      ]),
    ).toMatchObject([['shop/web → store/cart', { calls: 120, errorRatio: 0.5 }]]);
  });
  it('then what is unknown is left out', () => {
    const calls = [
      series({ ...ends, source_workload: 'unknown' }, 1),
      series({ ...ends, destination_service_name: 'BlackHoleCluster' }, 1),
    ];
    expect(drawn([{ query: query('istio', 'calls'), series: calls }])).toEqual([]);
  });
});

it('given an answer of Prometheus, then its numbers are read, NaN is none, and what is no answer is told apart', () => {
  const result = [
    { metric: { a: 'b' }, value: [1, '2.5'] },
    { metric: {}, value: [1, 'NaN'] },
  ];
  expect(readVector({ status: 'success', data: { result } })).toEqual([{ metric: { a: 'b' }, value: 2.5 }]);
  expect(readVector({ status: 'error' })).toBeUndefined();
  expect(readVector('<html>')).toBeUndefined();
});

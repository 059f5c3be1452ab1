// Service-graph metrics in a real Prometheus, which scrapes a fake metrics generator: they become edges, and its silence is blindness.
import type { DependencyItem, Envelope } from '@winnow/contracts';
import { createIntakeClock } from '@winnow/ingest-alerts';
import { type LiveSource, startServiceGraph } from '@winnow/ingest-dependencies';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, missingServer, type Prometheus, startPrometheus, until } from '../servers/index.ts';
import { type FakeServiceGraph, startFakeServiceGraph } from './dependencies-fixtures/fake-service-graph.ts';

const missing = missingServer('prometheus');
if (missing) console.warn(`left out: service graphs in a real Prometheus (${missing})`);

describe.skipIf(missing)('given a Prometheus that holds a service graph', () => {
  let graph: FakeServiceGraph;
  let prometheus: Prometheus;
  const sources: LiveSource[] = [];
  beforeAll(async () => {
    graph = await startFakeServiceGraph();
    const scrape = { job_name: 'graph', scrape_interval: '1s', static_configs: [{ targets: [graph.target] }] };
    prometheus = await startPrometheus({ config: { scrape_configs: [scrape] } });
  });
  afterAll(async () => {
    await Promise.all(sources.map((each) => each.stop()));
    await prometheus?.stop();
    await graph?.[Symbol.asyncDispose]();
  });

  function watch(url: string) {
    const log: Envelope[] = [];
    const append = async (envelopes: readonly Envelope[]) => void log.push(...envelopes);
    const head = {
      tenant: 'default',
      instance: 'intake/service-graph',
      cluster: 'prod',
      append,
      now: createIntakeClock(),
    };
    const source = startServiceGraph({ ...head, url, pollEvery: 1_000, beatEvery: 200 });
    sources.push(source);
    const edges = () =>
      new Map(
        log
          .flatMap(({ items }) => items)
          .filter((item): item is DependencyItem => item.type === 'dependency')
          .map((item) => [
            `${item.from.namespace}/${item.from.service} → ${item.to.namespace}/${item.to.service}`,
            item,
          ]),
      );
    return { source, log, edges };
  }

  it('when it is polled, then its edges are told with calls, failures and durations, and the source is vouched for', async () => {
    const { source, log, edges } = watch(prometheus.url);
    const [traced, mesh] = [() => edges().get('shop/web → shop/cart'), () => edges().get('shop/cart → money/ledger')];
    await until(
      () => (traced()?.latencyMs ?? 0) > 0 && (mesh()?.errorRatio ?? 0) > 0,
      () => JSON.stringify([...edges()]),
    );
    expect(traced()).toMatchObject({ via: 'service-graph' });
    expect(traced()?.errorRatio).toBeCloseTo(0.2, 1);
    expect(traced()?.latencyMs).toBeGreaterThan(250);
    expect(traced()?.latencyMs).toBeLessThanOrEqual(500);
    expect(mesh()?.errorRatio).toBeCloseTo(0.2, 1);
    await until(
      () => log.some(({ source: of }) => of === 'heartbeat'),
      () => 'a heartbeat',
    );
    expect(source.status()).toMatchObject([{ source: 'dependency', cluster: 'prod', state: 'connected', details: [] }]);
    expect(log.every(({ cluster }) => cluster === 'prod')).toBe(true);
  });

  it('when nobody answers there, then it is blind, with the reason, and vouches for nothing', async () => {
    const { source, log } = watch(`http://127.0.0.1:${await freePort()}`);
    await until(
      () => source.status()[0]?.state === 'blind',
      () => JSON.stringify(source.status()),
    );
    expect(source.status()[0]?.details.join()).toMatch(/ECONNREFUSED/);
    expect(log).toEqual([]);
  });
});

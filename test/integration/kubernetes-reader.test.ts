// Look-ups in a live cluster: the real API server, with kwok in the place of its kubelets.
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readEvent } from '@winnow/ingest-cluster';
import { type ApiServer, clusterReader, connect, loadContexts, prometheusReader } from '@winnow/kubernetes';
import { LookupDenied } from '@winnow/stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  freePort,
  type Kubernetes,
  missingServer,
  startKubernetes,
  startPrometheus,
  temporaryFolder,
  until,
} from '../servers/index.ts';

const missing = missingServer('kubernetes') ?? missingServer('kwok');
if (missing) console.warn(`left out: look-ups in a live cluster (${missing})`);

const namespace = 'shop';
const of = (kind: string, name: string, more: object = {}, apiVersion = 'v1') => ({
  ...{ apiVersion, kind, metadata: { name, namespace } },
  ...more,
});
const pod = (name: string, containers: readonly string[]) =>
  of('Pod', name, {
    spec: {
      nodeName: 'node-0',
      automountServiceAccountToken: false,
      containers: containers.map((each) => ({ name: each, image: 'registry.example/app:1' })),
    },
  });
const event = (name: string, regarding: object, about = namespace) => ({
  ...{ apiVersion: 'v1', kind: 'Event', metadata: { name, namespace: about } },
  ...{ involvedObject: regarding, reason: 'BackOff', type: 'Warning', count: 7 },
  message: 'Back-off restarting failed container app, password=hunter2hunter2',
  ...{ firstTimestamp: '2026-03-08T15:00:00Z', lastTimestamp: '2026-03-08T15:05:00Z' },
});

describe.skipIf(missing)('a live cluster as a reader', () => {
  const folder = temporaryFolder('kubernetes-reader');
  let kubernetes: Kubernetes;
  let api: ApiServer;

  beforeAll(async () => {
    writeLog('app.log', ['starting', ...Array(500).fill('connecting to db'), 'password=hunter2hunter2', 'ready']);
    writeLog('previous.log', ['starting', 'panic: connection refused']);
    const logs = [
      { containers: ['app'], logsFile: folder.file('app.log'), previousLogsFile: folder.file('previous.log') },
    ];
    const clusterLogs = {
      ...{ apiVersion: 'kwok.x-k8s.io/v1alpha1', kind: 'ClusterLogs', metadata: { name: 'app' } },
      spec: { selector: { matchNamespaces: [namespace] }, logs },
    };
    kubernetes = await startKubernetes({ controllers: false, kwok: { stages: [JSON.stringify(clusterLogs)] } });
    await kubernetes.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }]);
    await kubernetes.apply([pod('cart-1', ['app', 'sidecar'])]);
    await until(
      async () =>
        (await kubernetes.request<{ status?: { phase?: string } }>(`/api/v1/namespaces/${namespace}/pods/cart-1`)).body
          .status?.phase === 'Running',
      () => 'a pod that runs',
    );
    api = connect(loadContexts({ kubeconfig: kubernetes.kubeconfig })[0]!);
  });
  afterAll(async () => {
    await api?.close();
    await kubernetes?.stop();
    folder.remove();
  });

  function writeLog(name: string, lines: readonly string[]): void {
    writeFileSync(folder.file(name), lines.map((line) => `2026-03-08T15:00:00.000000000Z stdout F ${line}\n`).join(''));
  }

  const reader = () => clusterReader(api, { readEvent });
  const logsOf = (more: object) => reader().logs({ namespace, pod: 'cart-1', previous: false, tailLines: 50, ...more });

  it('given objects of some kinds, when they are looked up, then they are told as facts, Secrets by their keys alone', async () => {
    await kubernetes.apply([
      of('Secret', 'db', { stringData: { password: 'hunter2hunter2' } }),
      of('ConfigMap', 'settings', { data: { LOG_LEVEL: 'debug' } }),
      of(
        'Deployment',
        'cart',
        {
          spec: {
            selector: { matchLabels: { app: 'cart' } },
            template: {
              metadata: { labels: { app: 'cart' } },
              spec: {
                containers: [{ name: 'app', image: 'a:1', env: [{ name: 'DB_PASSWORD', value: 'hunter2hunter2' }] }],
              },
            },
          },
        },
        'apps/v1',
      ),
    ]);
    const found = await reader().objects(namespace, [
      'Secret',
      'ConfigMap',
      'Deployment',
      'Ingress',
      'NoSuchKind',
      'Node',
    ]);
    expect(found).toMatchObject([
      { kind: 'Secret', metadata: { name: 'db', namespace }, keys: ['password'] },
      { kind: 'ConfigMap', data: { LOG_LEVEL: 'debug' } },
      { kind: 'Deployment', metadata: { name: 'cart' } },
    ]);
    expect(JSON.stringify(found)).not.toMatch(/hunter2|aHVudGVyMg/);
    expect((await reader().objects(undefined, ['Node', 'Pod']))?.map(({ kind }) => kind)).toEqual(['Node']);
    expect(await reader().objects('no-such-namespace', ['Pod'])).toEqual([]);
  });

  it('given more objects than a page holds, when they are looked up, then all are told, each once', async () => {
    const paged = 'paged';
    await kubernetes.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: paged } });
    const names = Array.from({ length: 1100 }, (_, index) => `settings-${index}`);
    const create = (name: string) =>
      kubernetes.request(`/api/v1/namespaces/${paged}/configmaps`, { method: 'POST', body: { metadata: { name } } });
    for (let from = 0; from < names.length; from += 50) await Promise.all(names.slice(from, from + 50).map(create));
    const found = await reader().objects(paged, ['ConfigMap']);
    expect(new Set(found?.map(({ metadata }) => metadata.name))).toEqual(new Set(names));
    expect(found).toHaveLength(names.length);
    const lists = api.metrics().find(({ name }) => name === 'winnow_kubernetes_requests_total')?.samples ?? [];
    expect(
      lists.find(({ labels }) => labels.purpose === 'lookup' && labels.code === 200)?.value,
    ).toBeGreaterThanOrEqual(3);
  });

  it('given events, when a namespace is looked up, then those of its objects are told, redacted', async () => {
    await kubernetes.apply([
      event('one', { kind: 'Pod', namespace, name: 'cart-1', fieldPath: 'spec.containers{app}' }),
      event('two', { kind: 'Node', name: 'node-0' }, 'default'),
    ]);
    const found = await reader().events(namespace);
    expect(found).toMatchObject([
      {
        type: 'event',
        reason: 'BackOff',
        count: 7,
        container: 'app',
        regarding: { kind: 'Pod', namespace, name: 'cart-1' },
      },
    ]);
    expect(JSON.stringify(found)).not.toContain('hunter2');
  });

  it('given a container that writes, when its log is looked up, then its last lines are told, repeats folded and secrets out', async () => {
    const [excerpt, ...others] = (await logsOf({ tailLines: 200 })) ?? [];
    expect(others).toEqual([]);
    expect(excerpt).toMatchObject({ namespace, pod: 'cart-1', container: 'app', previous: false });
    expect(excerpt?.lines).toEqual([
      'starting',
      'connecting to db (repeated 500 times)',
      expect.stringMatching(/^password=/),
      'ready',
    ]);
    expect(excerpt?.lines.join()).not.toContain('hunter2');
  });

  it('given a container that was never started again, when its former run is looked up, then there is none', async () => {
    expect(await logsOf({ previous: true })).toEqual([]);
  });

  it('given a container that was started again, when its former run is looked up, then its log is told', async () => {
    const lastState = { terminated: { exitCode: 2, reason: 'Error' } };
    const status = {
      containerStatuses: [{ name: 'app', image: 'a', imageID: '', ready: true, restartCount: 1, lastState }],
    };
    const headers = { 'content-type': 'application/strategic-merge-patch+json' };
    const path = `/api/v1/namespaces/${namespace}/pods/cart-1/status`;
    expect((await kubernetes.request(path, { method: 'PATCH', headers, body: { status } })).status).toBe(200);
    expect(await logsOf({ previous: true })).toMatchObject([
      { container: 'app', previous: true, lines: ['starting', 'panic: connection refused'], omitted: 0 },
    ]);
  });

  it('given a pod that is not there, when its log is looked up, then it cannot be told', async () => {
    expect(await logsOf({ pod: 'gone-1' })).toBeUndefined();
  });

  it('given an identity that may read little, when it looks up more, then that is denied, and the little is told', async () => {
    const rules = [{ apiGroups: [''], resources: ['configmaps', 'pods'], verbs: ['get', 'list'] }];
    const kubeconfig = await kubernetes.userKubeconfig({ name: 'restricted', rules });
    const restricted = connect(loadContexts({ kubeconfig })[0]!);
    const { objects, events, logs } = clusterReader(restricted, { readEvent });
    expect((await objects(namespace, ['ConfigMap', 'Secret']))?.map(({ kind }) => kind)).toEqual(['ConfigMap']);
    await expect(objects(namespace, ['Secret'])).rejects.toThrow(LookupDenied);
    await expect(events(namespace)).rejects.toThrow(/events cannot be listed: 403 .*restricted/);
    await expect(logs({ namespace, pod: 'cart-1', previous: false, tailLines: 5 })).rejects.toThrow(LookupDenied);
    await restricted.close();
  });

  it('given an API server that is away, when it is asked, then the error says so', async () => {
    const kubeconfig = folder.file('away.kubeconfig');
    const server = 'https://127.0.0.1:1';
    const config = {
      'current-context': 'away',
      contexts: [{ name: 'away', context: { cluster: 'away' } }],
      clusters: [{ name: 'away', cluster: { server } }],
    };
    writeFileSync(kubeconfig, JSON.stringify(config));
    const away = connect(loadContexts({ kubeconfig })[0]!);
    await expect(clusterReader(away, { readEvent }).events(namespace)).rejects.toThrow(
      'cluster away: connection refused',
    );
    await away.close();
  });
});

const noPrometheus = missingServer('prometheus');
if (noPrometheus) console.warn(`left out: metrics of a real Prometheus (${noPrometheus})`);

describe.skipIf(noPrometheus)('metrics from a Prometheus', () => {
  it('given one that scrapes containers, when a namespace is looked up, then its series are told, and no other ones', async () => {
    let scrapes = 0;
    const exporter = createServer(({ url }, response) =>
      response.end(url === '/state' ? stateMetrics : exposition(++scrapes)),
    );
    await new Promise<void>((resolve) => exporter.listen(0, '127.0.0.1', resolve));
    const targets = [`127.0.0.1:${(exporter.address() as AddressInfo).port}`];
    const config = {
      global: { scrape_interval: '250ms', scrape_timeout: '250ms' },
      scrape_configs: [
        { job_name: 'cadvisor', honor_labels: true, static_configs: [{ targets }] },
        // Its own namespace comes before that of the pods it tells of.
        {
          job_name: 'state',
          metrics_path: '/state',
          static_configs: [{ targets, labels: { namespace: 'monitoring' } }],
        },
      ],
    };
    const prometheus = await startPrometheus({ config });
    try {
      const metrics = prometheusReader(prometheus.url, { range: 60, step: 1 });
      const namesOf = async (wanted: string, pods?: readonly string[]) =>
        [...new Set((await metrics(wanted, pods))?.map(({ metric }) => metric.__name__))].sort();
      await until(
        async () => (await namesOf(namespace)).length >= seriesNames.length,
        () => 'all series',
      );
      expect(await namesOf(namespace)).toEqual(seriesNames);
      expect(await namesOf(namespace, ['other-1'])).toEqual([]);
      expect(await namesOf('elsewhere')).toEqual([]);
      const [restarts] =
        (await metrics(namespace, ['cart-1']))?.filter(({ metric }) => /restarts/.test(metric.__name__ ?? '')) ?? [];
      expect(restarts?.metric).toMatchObject({ namespace, pod: 'cart-1', container: 'app' });
      expect(restarts?.values.at(-1)?.[1]).toBe('3');
      const elsewhere = prometheusReader(prometheus.url, { range: 60, step: 1, matchers: { cluster: 'other' } });
      expect(await elsewhere(namespace, undefined)).toEqual([]);
    } finally {
      await prometheus.stop();
      exporter.close();
      exporter.closeAllConnections();
    }
  });

  it('given one that is away, when it is asked, then the error says so and holds no credential', async () => {
    const port = await freePort();
    const error = await prometheusReader(`http://reader:hunter2hunter2@127.0.0.1:${port}`)(namespace, undefined).catch(
      String,
    );
    expect(error).toMatch(/Prometheus at 127\.0\.0\.1:\d+: ECONNREFUSED/);
    expect(error).not.toContain('hunter2');
  });
});

const seriesNames = [
  'container_cpu_cfs_throttled_periods:ratio5m',
  'container_cpu_usage_seconds:rate5m',
  'container_memory_working_set_bytes',
  'http_requests_error:ratio5m',
  'kube_pod_container_status_restarts_total',
];

const stateMetrics = 'kube_pod_container_status_restarts_total{namespace="shop",pod="cart-1",container="app"} 3\n';

/** As cAdvisor and an application tell, one scrape after the other. */
function exposition(scrapes: number): string {
  const labels = '{namespace="shop",pod="cart-1",container="app"}';
  return [
    `container_memory_working_set_bytes${labels} 1000000`,
    `container_memory_working_set_bytes{namespace="shop",pod="cart-1",container=""} 2000000`,
    `container_cpu_usage_seconds_total${labels} ${scrapes}`,
    `container_cpu_cfs_throttled_periods_total${labels} ${scrapes}`,
    `container_cpu_cfs_periods_total${labels} ${scrapes * 2}`,
    `http_requests_total{namespace="shop",service="cart",pod="cart-1",code="500"} ${scrapes}`,
    `http_requests_total{namespace="shop",service="cart",pod="cart-1",code="200"} ${scrapes * 3}`,
    '',
  ].join('\n');
}

// Service-graph metrics of a Prometheus: what to ask it, and what its answers say of who calls whom.
import { type DependencyItem, fieldsOf, textIn } from '@winnow/contracts';
import type { ToldEdge } from './call-edges.ts';
import { serviceOfHost } from './peer-name.ts';
import { clusterName, type ServiceName } from './span.ts';

/** One query of a family, and what of an edge its values are. */
export interface GraphQuery {
  readonly family: 'traces' | 'istio';
  readonly figure: 'calls' | 'failed' | 'seconds';
  readonly promql: string;
}

/** One series of an instant query's answer. */
export interface InstantSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Seconds over which rates are taken: some scrapes must lie in them. */
const RANGE = '2m';

// Tempo's metrics generator and the OpenTelemetry Collector's connector name the same things; dimensions are added by configuration.
const traceLabels = [
  'cluster',
  'client',
  'server',
  ...['client', 'server'].flatMap((end) =>
    ['k8s_namespace_name', 'service_namespace', 'namespace', 'k8s_deployment_name'].map((label) => `${end}_${label}`),
  ),
  'connection_type',
].join(', ');
const istioLabels = [
  'cluster',
  'reporter',
  'source_workload',
  'source_workload_namespace',
  'destination_service_name',
  'destination_service_namespace',
  'destination_workload',
  'destination_workload_namespace',
].join(', ');

const rate = (labels: string, metric: string) => `sum by (${labels}) (rate(${metric}[${RANGE}]))`;
const p99 = (labels: string, metric: string) =>
  `histogram_quantile(0.99, sum by (le, ${labels}) (rate(${metric}[${RANGE}])))`;

export const graphQueries: readonly GraphQuery[] = [
  { family: 'traces', figure: 'calls', promql: rate(traceLabels, 'traces_service_graph_request_total') },
  { family: 'traces', figure: 'failed', promql: rate(traceLabels, 'traces_service_graph_request_failed_total') },
  {
    family: 'traces',
    figure: 'seconds',
    promql: p99(traceLabels, 'traces_service_graph_request_server_seconds_bucket'),
  },
  { family: 'istio', figure: 'calls', promql: rate(istioLabels, 'istio_requests_total') },
  { family: 'istio', figure: 'failed', promql: rate(istioLabels, 'istio_requests_total{response_code=~"5..|0"}') },
  {
    family: 'istio',
    figure: 'seconds',
    promql: `${p99(istioLabels, 'istio_request_duration_milliseconds_bucket')} / 1000`,
  },
];

/** The answer of `GET /api/v1/query`; undefined where it is none. */
export function readVector(body: unknown): InstantSeries[] | undefined {
  const { status, data } = fieldsOf(body);
  const { result } = fieldsOf(data);
  if (status !== 'success' || !Array.isArray(result)) return undefined;
  return result.flatMap((each) => {
    const { metric, value } = fieldsOf(each);
    const [, text] = Array.isArray(value) ? value : [];
    const number = typeof text === 'string' || typeof text === 'number' ? Number(text) : Number.NaN;
    return Number.isFinite(number) ? [{ metric: fieldsOf(metric) as InstantSeries['metric'], value: number }] : [];
  });
}

interface Drawn {
  readonly cluster: string;
  readonly from: ServiceName;
  readonly to: ServiceName;
  /** Calls a second, by who counted them: both sides of Istio count each call. */
  readonly calls: Record<string, number>;
  readonly failed: Record<string, number>;
  seconds: number;
}

/** Edges that carry calls now. `every`: the seconds for which an answer stands. */
export function edgesOf(
  answers: readonly { readonly query: GraphQuery; readonly series: readonly InstantSeries[] }[],
  every: number,
): readonly ToldEdge[] {
  const drawn = new Map<string, Drawn>();
  for (const { query, series } of answers) {
    for (const { metric, value } of series) draw(drawn, query, metric, value);
  }
  return [...drawn.values()].flatMap((each) => toldOf(each, every));
}

function draw(
  drawn: Map<string, Drawn>,
  { family, figure }: GraphQuery,
  metric: InstantSeries['metric'],
  value: number,
) {
  const ends = family === 'istio' ? istioEnds(metric) : traceEnds(metric);
  if (!ends || (ends.from.service === ends.to.service && ends.from.namespace === ends.to.namespace)) return;
  const cluster = clusterName(metric.cluster) ?? '';
  const key = JSON.stringify([cluster, ends.from, ends.to]);
  const edge = drawn.get(key) ?? { cluster, ...ends, calls: {}, failed: {}, seconds: 0 };
  drawn.set(key, edge);
  const by = metric.reporter ?? '';
  if (figure === 'seconds') edge.seconds = Math.max(edge.seconds, value);
  else edge[figure][by] = (edge[figure][by] ?? 0) + value;
}

/** What the caller's side counted holds also what never arrived. */
const counted = (by: Record<string, number>): number => by.source ?? Math.max(0, ...Object.values(by));

function toldOf({ cluster, from, to, calls, failed, seconds }: Drawn, every: number): ToldEdge[] {
  const rateOfCalls = counted(calls);
  if (rateOfCalls <= 0) return [];
  const item: DependencyItem = {
    type: 'dependency',
    from,
    to,
    via: 'service-graph',
    calls: Math.max(1, Math.round(rateOfCalls * every)),
    errorRatio: Number(Math.min(1, counted(failed) / rateOfCalls).toPrecision(3)),
    ...(seconds > 0 && { latencyMs: Number((seconds * 1000).toPrecision(3)) }),
  };
  return [{ cluster, item }];
}

/** Names that stand for "nobody knows". */
const nobody = new Set(['unknown', 'user', '']);
const end = (namespace: string | undefined, service: string): ServiceName => ({
  namespace: namespace && !nobody.has(namespace) ? namespace : '',
  service,
});

function traceEnds(metric: InstantSeries['metric']): { from: ServiceName; to: ServiceName } | undefined {
  const from = traceEnd(metric, 'client');
  const to = traceEnd(metric, 'server');
  if (!from || !to) return undefined;
  // A database or an uninstrumented server is named by its host, as the client calls it.
  const byHost =
    to.namespace === '' && metric.connection_type ? serviceOfHost(to.service.replace(/:\d+$/, ''), from) : undefined;
  return { from, to: byHost ?? to };
}

function traceEnd(metric: InstantSeries['metric'], side: 'client' | 'server'): ServiceName | undefined {
  const name = textIn(metric[`${side}_k8s_deployment_name`]) ?? textIn(metric[side]);
  if (!name || nobody.has(name)) return undefined;
  const namespaces = ['k8s_namespace_name', 'service_namespace', 'namespace'].map(
    (label) => metric[`${side}_${label}`],
  );
  return end(
    namespaces.find((each) => textIn(each)),
    name,
  );
}

function istioEnds(metric: InstantSeries['metric']): { from: ServiceName; to: ServiceName } | undefined {
  const from = metric.source_workload ?? '';
  const service = metric.destination_service_name ?? '';
  const to = nobody.has(service) || service === 'PassthroughCluster' ? (metric.destination_workload ?? '') : service;
  if (nobody.has(from) || nobody.has(to) || to === 'BlackHoleCluster') return undefined;
  return {
    from: end(metric.source_workload_namespace, from),
    to: end(metric.destination_service_namespace ?? metric.destination_workload_namespace, to),
  };
}

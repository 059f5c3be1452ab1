// Metrics of a namespace, from a Prometheus (or what speaks its API: Thanos, Mimir, VictoriaMetrics).
import type { MetricSeries } from '@winnow/contracts';
import { redactText } from '@winnow/redaction';
import { type ClusterReader, LookupDenied } from '@winnow/stream';
import { LookupRefused } from '../reader/refusal.ts';
import { type MetricQuery, metricQueries } from './queries.ts';
import { readSeries } from './read-series.ts';

export interface PrometheusOptions {
  /** A bearer token. Basic credentials may stand in the URL. */
  readonly token?: string;
  /** Labels that tell this cluster's series from others' in the same Prometheus: `{ cluster: 'prod' }`. */
  readonly matchers?: Readonly<Record<string, string>>;
  /** Milliseconds that one look-up may take (default 8,000). */
  readonly timeout?: number;
  /** Seconds before now that are looked at (default 7,200), and between points (default 30). */
  readonly range?: number;
  readonly step?: number;
}

/**
 * The `metrics` of a ClusterReader: container memory, CPU, throttling, restarts and error ratios, at most 200 series of each.
 * A query that fails alone is left out. @throws LookupDenied, LookupRefused where all fail
 */
export function prometheusReader(url: string, options: PrometheusOptions = {}): ClusterReader['metrics'] {
  const { timeout = 8000, range = 7200, step = 30 } = options;
  const place = new URL(url);
  const headers = authorizationOf(place, options.token);
  place.username = '';
  place.password = '';

  async function ask(query: MetricQuery, namespace: string, end: number, signal: AbortSignal) {
    const target = new URL(`${place.href.replace(/\/$/, '')}/api/v1/query_range`);
    const expression = withMatchers(query.expression(JSON.stringify(namespace)), options.matchers);
    const asked = { query: expression, start: String(end - range), end: String(end), step: String(step) };
    for (const [name, value] of Object.entries(asked)) target.searchParams.set(name, value);
    const response = await fetch(target, { headers, signal, redirect: 'error' });
    if (!response.ok) throw await refusalOf(response, place.host);
    return readSeries(await response.json(), query);
  }

  return async (namespace, pods, until) => {
    const signal = AbortSignal.timeout(timeout);
    const end = Math.floor((until === undefined ? Date.now() : Date.parse(until)) / 1000);
    const found = await Promise.allSettled(metricQueries.map((query) => ask(query, namespace, end, signal)));
    const told = found.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    if (told.length === 0) throw explain(found[0]?.status === 'rejected' ? found[0].reason : undefined, place.host);
    return told.flat().filter((series) => isAbout(series, pods));
  };
}

function authorizationOf({ username, password }: URL, token: string | undefined): Record<string, string> {
  if (token !== undefined) return { authorization: `Bearer ${token}` };
  if (username === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

/** Every selector of the queries has braces. */
function withMatchers(expression: string, matchers: PrometheusOptions['matchers'] = {}): string {
  const more = Object.entries(matchers).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return more.length === 0 ? expression : expression.replaceAll('{', `{${more.join(',')},`);
}

async function refusalOf(response: Response, host: string): Promise<Error> {
  const said = redactText((await response.text()).slice(0, 300));
  const message = `Prometheus at ${host}: ${response.status} ${said}`;
  return [401, 403].includes(response.status) ? new LookupDenied(message) : new LookupRefused(message);
}

function explain(error: unknown, host: string): Error {
  if (error instanceof LookupDenied || error instanceof LookupRefused) return error;
  const { name, cause, message } = (error ?? {}) as Error & { cause?: NodeJS.ErrnoException };
  if (name === 'TimeoutError') return new LookupRefused(`Prometheus at ${host}: no answer in time`);
  return new LookupRefused(
    `Prometheus at ${host}: ${cause?.code ?? redactText(cause?.message ?? message ?? 'no answer')}`,
  );
}

function isAbout({ metric }: MetricSeries, pods: readonly string[] | undefined): boolean {
  return pods === undefined || metric.pod === undefined || pods.includes(metric.pod);
}

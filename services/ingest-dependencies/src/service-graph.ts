// Service-graph metrics as a live source: a Prometheus is asked every 30 s. Where it does not answer the edges are not gone but unseen.
import type { MetricFamily, SourceState, SourceStatus } from '@winnow/contracts';
import { edgesOf, graphQueries, type InstantSeries, readVector } from './core.ts';
import { every, type LiveSource } from './live-source.ts';
import { type SourceOptions, tellEdges, tellHeard } from './tell-edges.ts';

export interface ServiceGraphOptions extends SourceOptions {
  /** The root of a Prometheus or of what answers as one: `http://prometheus:9090`. User and password in it are sent as basic auth. */
  readonly url: string;
  /** Milliseconds between polls: 30,000 where absent. */
  readonly pollEvery?: number;
  /** Milliseconds: 5,000 where absent. */
  readonly beatEvery?: number;
}

/** Milliseconds. */
const DEADLINE = 15_000;
/** Bytes of one answer. */
const ANSWER = 32 * 1024 * 1024;

export function startServiceGraph(options: ServiceGraphOptions): LiveSource {
  const pollEvery = options.pollEvery ?? 30_000;
  const clusters = new Set([options.cluster]);
  const counts = { ok: 0, failed: 0 };
  const abort = new AbortController();
  const server = endpointOf(options.url);
  let state: SourceState = 'syncing';
  let trouble: string | undefined;
  let lastByteAt: string | undefined;
  let edges = 0;

  async function poll(): Promise<void> {
    try {
      const told = await askGraph(server, pollEvery / 1000, abort.signal);
      for (const { cluster } of told) if (cluster && clusters.size < 1_000) clusters.add(cluster);
      await tellEdges(options, told);
      [state, trouble, edges, lastByteAt] = ['connected', undefined, told.length, options.now()];
      counts.ok++;
    } catch (error) {
      if (abort.signal.aborted) return;
      counts.failed++;
      [state, trouble] = [error instanceof Refused ? 'refused' : 'blind', reasonOf(error)];
      options.onError?.(error);
    }
  }

  async function beat(): Promise<void> {
    if (state === 'connected') await tellHeard(options, clusters);
  }

  const polling = every(pollEvery, poll, options.onError, true);
  const beating = every(options.beatEvery ?? 5_000, beat, options.onError);
  return {
    status: () => [statusOf(options, state, lastByteAt, trouble)],
    readMetrics: () => familiesOf(counts, edges),
    async stop() {
      abort.abort();
      await Promise.all([polling.stop(), beating.stop()]);
    },
  };
}

function statusOf(
  { cluster, instance }: SourceOptions,
  state: SourceState,
  lastByteAt: string | undefined,
  trouble: string | undefined,
): SourceStatus {
  const details = trouble === undefined ? [] : [trouble];
  return { source: 'dependency', cluster, instance, state, ...(lastByteAt && { lastByteAt }), details };
}

interface Endpoint {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

function endpointOf(text: string): Endpoint {
  const url = new URL(text);
  const { username, password } = url;
  [url.username, url.password] = ['', ''];
  const secret = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  return {
    url: `${url.href.replace(/\/+$/, '')}/api/v1/query`,
    headers: username === '' ? {} : { authorization: `Basic ${secret}` },
  };
}

async function askGraph(server: Endpoint, seconds: number, signal: AbortSignal) {
  const answers: { query: (typeof graphQueries)[number]; series: readonly InstantSeries[] }[] = [];
  // One after the other: whom we ask is often in need of its strength.
  for (const query of graphQueries) answers.push({ query, series: await ask(server, query.promql, signal) });
  return edgesOf(answers, seconds);
}

class Refused extends Error {}

async function ask({ url, headers }: Endpoint, promql: string, signal: AbortSignal): Promise<readonly InstantSeries[]> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ query: promql }).toString(),
    signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE)]),
  });
  if (response.status === 401 || response.status === 403) throw new Refused(`answered ${response.status}`);
  if (!response.ok) throw new Error(`answered ${response.status}`);
  const series = readVector(JSON.parse(await textOf(response)));
  if (!series) throw new Error('did not answer as a Prometheus does');
  return series;
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > ANSWER) throw new Error(`its answer is over ${ANSWER / 1024 / 1024} MiB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** In words, with what lies beneath: fetch itself only says that it failed. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${DEADLINE / 1000} s`;
  return error.cause instanceof Error ? error.cause.message : error.message;
}

function familiesOf({ ok, failed }: { ok: number; failed: number }, edges: number): readonly MetricFamily[] {
  return [
    {
      name: 'winnow_service_graph_polls_total',
      type: 'counter',
      help: 'Polls of service-graph metrics, by how they went.',
      samples: [
        { labels: { result: 'ok' }, value: ok },
        { labels: { result: 'failed' }, value: failed },
      ],
    },
    {
      name: 'winnow_service_graph_edges',
      type: 'gauge',
      help: 'Edges in the last answer.',
      samples: [{ labels: {}, value: edges }],
    },
  ];
}

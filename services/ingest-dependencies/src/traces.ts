// Traces as a live source: spans are paired in memory, and what they show of each edge is told every 15 s.
import { isAmongClusters, type MetricFamily, type SourceStatus } from '@winnow/contracts';
import { type CallEdges, createCallEdges } from './core.ts';
import { every, type LiveSource } from './live-source.ts';
import { otlp } from './otlp-schema.ts';
import { isProtobuf, type OtlpReading, readOtlp } from './read-otlp.ts';
import { type SourceOptions, tellEdges } from './tell-edges.ts';

export interface TracesOptions extends SourceOptions {
  /** Milliseconds between tellings: 15,000 where absent. */
  readonly tellEvery?: number;
}

/** What a server that answers HTTP hands bodies to: `POST /v1/traces` of OTLP. */
export interface TraceTaker {
  readonly path: '/v1/traces';
  readonly source: 'dependency';
  take(body: Uint8Array, request: TraceSender): Promise<{ readonly contentType: string; readonly body: Uint8Array }>;
}

export interface TraceSender {
  readonly contentType: string;
  /** Of spans whose resource names none. */
  readonly cluster: string;
  /** The clusters that the sender may tell of, as patterns; all where absent. */
  readonly granted?: readonly string[];
  /** Whose the sender's spans are; the installation's own where absent. */
  readonly tenant?: string;
}

export interface Traces extends LiveSource {
  readonly taker: TraceTaker;
}

/** Spans are not durable: what a crash takes with it is at most the last minute of calls, and edges are told again. */
export function startTraces(options: TracesOptions): Traces {
  /** Sides of calls are paired within a tenant. */
  const callsOf = new Map<string, CallEdges>([[options.tenant, createCallEdges()]]);
  const seen = { spans: 0, rejected: 0, unnamed: 0 };
  let lastByteAt: string | undefined;
  const telling = every(options.tellEvery ?? 15_000, tellAll, options.onError);

  async function tellAll(): Promise<void> {
    for (const [tenant, calls] of callsOf) await tellEdges({ ...options, tenant }, calls.flush(performance.now()));
  }

  function openCalls(tenant: string): CallEdges {
    const calls = callsOf.get(tenant) ?? createCallEdges();
    callsOf.set(tenant, calls);
    return calls;
  }

  return {
    taker: {
      path: '/v1/traces',
      source: 'dependency',
      async take(body, { contentType, cluster, granted, tenant = options.tenant }) {
        lastByteAt = options.now();
        const calls = openCalls(tenant);
        const reading = await readOtlp(body, contentType, (span) => {
          const of = span.cluster ?? cluster;
          if (!isAmongClusters(granted, of)) return false;
          calls.take({ ...span, cluster: of }, performance.now());
          return true;
        });
        for (const name of ['spans', 'rejected', 'unnamed'] as const) seen[name] += reading[name];
        return answerOf(reading, contentType);
      },
    },
    status: () => statusOf(options, lastByteAt),
    readMetrics: () => familiesOf([...callsOf.values()], seen),
    async stop() {
      await telling.stop();
      await tellAll();
    },
  };
}

/** Nobody has to send traces: it is listed once somebody has. */
function statusOf({ cluster, instance }: SourceOptions, lastByteAt: string | undefined): readonly SourceStatus[] {
  if (lastByteAt === undefined) return [];
  return [{ source: 'dependency', cluster, instance, state: 'connected', lastByteAt, details: [] }];
}

function answerOf({ rejected }: OtlpReading, contentType: string) {
  const message =
    rejected > 0
      ? {
          rejectedSpans: rejected,
          errorMessage: `${rejected} spans have no ids, or are of a cluster that these credentials may not tell of`,
        }
      : undefined;
  const response = message ? { partialSuccess: message } : {};
  if (isProtobuf(contentType))
    return { contentType: 'application/x-protobuf', body: otlp.response.encode(response).finish() };
  return { contentType: 'application/json', body: new TextEncoder().encode(JSON.stringify(response)) };
}

function familiesOf(all: readonly CallEdges[], { spans, rejected, unnamed }: OtlpReading): readonly MetricFamily[] {
  const { waiting, ...counts } = sumOf(all.map((each) => each.counts()));
  const outcomes = Object.entries({ ...counts, rejected, unnamed }).map(([outcome, value]) => ({
    labels: { outcome },
    value,
  }));
  return [
    {
      name: 'winnow_trace_spans_total',
      type: 'counter',
      help: 'Spans received.',
      samples: [{ labels: {}, value: spans }],
    },
    {
      name: 'winnow_trace_calls_total',
      type: 'counter',
      help: 'Sides of calls, by what became of them.',
      samples: outcomes,
    },
    {
      name: 'winnow_trace_calls_waiting',
      type: 'gauge',
      help: 'Sides of calls that wait for the other side.',
      samples: [{ labels: {}, value: waiting }],
    },
  ];
}

function sumOf(counts: readonly ReturnType<CallEdges['counts']>[]): ReturnType<CallEdges['counts']> {
  const names = Object.keys(counts[0] ?? {}) as (keyof ReturnType<CallEdges['counts']>)[];
  const sums = names.map((name) => [name, counts.reduce((sum, each) => sum + each[name], 0)]);
  return Object.fromEntries(sums) as ReturnType<CallEdges['counts']>;
}

// Traces of the real OpenTelemetry exporters, in both encodings of OTLP over HTTP, and what they become.
import type { AddressInfo } from 'node:net';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtoExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import type { DependencyItem, Envelope } from '@winnow/contracts';
import { createIntakeClock, readAlertIntakeConfig, startAlertIntake } from '@winnow/ingest-alerts';
import { startTraces, type Traces } from '@winnow/ingest-dependencies';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

describe('given an intake that takes traces', () => {
  let fastify: FastifyInstance;
  let traces: Traces;
  let stopIntake: () => Promise<void>;
  let url: string;
  let log: Envelope[] = [];
  const append = async (envelopes: readonly Envelope[]) => void log.push(...envelopes);

  beforeAll(async () => {
    fastify = Fastify({ forceCloseConnections: true });
    const head = { tenant: 'default', cluster: 'prod', append };
    traces = startTraces({ ...head, instance: 'intake', now: createIntakeClock(), tellEvery: 3_600_000 });
    const intake = startAlertIntake(fastify, { ...head, config: readAlertIntakeConfig({}), takers: [traces.taker] });
    stopIntake = intake.stop;
    await fastify.listen({ host: '127.0.0.1', port: 0 });
    url = `http://127.0.0.1:${(fastify.server.address() as AddressInfo).port}/v1/traces`;
  });
  afterAll(async () => {
    await stopIntake?.();
    await fastify?.close();
  });

  /** A service as its SDK sees it. */
  function service(name: string, exporter: SpanExporter) {
    const resource = resourceFromAttributes({
      'service.name': name,
      'k8s.namespace.name': 'shop',
      'k8s.cluster.name': 'prod-eu-1',
    });
    const provider = new TracerProvider({ resource, spanProcessors: [new BatchSpanProcessor({ exporter })] });
    return { tracer: provider.getTracer('test'), end: () => provider.shutdown() };
  }

  /** Calls of web to cart, every fourth of which fails; each cart asks its database. */
  async function sendCalls(makeExporter: () => SpanExporter, count: number): Promise<void> {
    const [web, cart] = [service('web', makeExporter()), service('cart', makeExporter())];
    for (let at = 0; at < count; at++) {
      const client = web.tracer.startSpan('GET /cart', { kind: SpanKind.CLIENT });
      const within = trace.setSpan(context.active(), client);
      const server = cart.tracer.startSpan('GET /cart', { kind: SpanKind.SERVER }, within);
      const attributes = { 'db.system.name': 'redis', 'server.address': 'session-store', 'server.port': 6379 };
      cart.tracer.startSpan('GET', { kind: SpanKind.CLIENT, attributes }, trace.setSpan(within, server)).end();
      if (at % 4 === 0) server.setStatus({ code: SpanStatusCode.ERROR });
      server.end();
      client.end();
    }
    await Promise.all([web.end(), cart.end()]);
  }

  const told = () =>
    log
      .flatMap(({ cluster, items }) => items.map((item) => ({ cluster, item })))
      .filter((each): each is { cluster: string; item: DependencyItem } => each.item.type === 'dependency')
      .map(({ cluster, item: { from, to, calls, errorRatio, latencyMs } }) => ({
        edge: `${cluster}: ${from.namespace}/${from.service} → ${to.namespace}/${to.service}`,
        calls,
        errorRatio,
        timed: latencyMs !== undefined,
      }))
      .sort((a, b) => (a.edge < b.edge ? -1 : 1));

  it.each<[string, () => SpanExporter]>([
    ['JSON', () => new JsonExporter({ url })],
    ['protobuf', () => new ProtoExporter({ url })],
    ['protobuf, compressed', () => new ProtoExporter({ url, compression: 'gzip' as never })],
  ])(
    'when the exporter sends %s, then calls become edges of the cluster that the resource names',
    async (_encoding, exporter) => {
      log = [];
      await sendCalls(exporter, 20);
      await traces.stop();
      expect(told()).toEqual([
        { edge: 'prod-eu-1: shop/cart → shop/session-store', calls: 20, errorRatio: 0, timed: true },
        { edge: 'prod-eu-1: shop/web → shop/cart', calls: 20, errorRatio: 0.25, timed: true },
      ]);
    },
  );

  it.each([
    ['application/x-protobuf', Buffer.from([0x0a, 0xff, 0xff, 0x01, 0x07])],
    ['application/json', Buffer.from('{"resourceSpans":')],
    ['application/json', Buffer.from('[]')],
  ])('when the body is no request in %s, then it is refused as such', async (type, body) => {
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body });
    expect(answer.status).toBe(400);
  });

  it('when spans lack their ids, then the answer says how many were not taken', async () => {
    const span = { kind: 3, name: 'x' };
    const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'web' } }] };
    const body = JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: [span, span] }] }] });
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ partialSuccess: { rejectedSpans: 2 } });
  });

  it('when credentials are for one cluster, then spans of another are not taken', async () => {
    log = [];
    const span = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), kind: 3 };
    const peer = [
      { key: 'db.system', value: { stringValue: 'redis' } },
      { key: 'server.address', value: { stringValue: 'cache' } },
    ];
    const resourceSpans = ['mine', 'other'].map((cluster) => ({
      resource: {
        attributes: Object.entries({ 'service.name': 'web', 'k8s.cluster.name': cluster }).map(
          ([key, stringValue]) => ({
            key,
            value: { stringValue },
          }),
        ),
      },
      scopeSpans: [{ spans: [{ ...span, attributes: peer }] }],
    }));
    const body = new TextEncoder().encode(JSON.stringify({ resourceSpans }));
    const sender = { contentType: 'application/json', cluster: 'mine', granted: ['mine'] };
    const answer = await traces.taker.take(body, sender);
    expect(new TextDecoder().decode(answer.body)).toContain('"rejectedSpans":1');
    await traces.stop();
    expect(log.map(({ cluster }) => cluster)).toEqual(['mine']);
  });
});

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Span } from '@winnow/stream';
import { afterEach, describe, expect, test } from 'vitest';
import { startTelemetry } from './start-telemetry.ts';

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly links?: readonly { readonly traceId: string }[];
}

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A receiver of OTLP/HTTP in JSON, as a collector is one. */
async function startReceiver(): Promise<{ url: string; spans: OtlpSpan[]; services: string[] }> {
  const spans: OtlpSpan[] = [];
  const services: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.url !== '/v1/traces' || request.headers['content-type'] !== 'application/json') {
      response.writeHead(404).end();
      return;
    }
    for (const resource of JSON.parse(Buffer.concat(chunks).toString()).resourceSpans) {
      services.push(
        resource.resource.attributes.find((each: { key: string }) => each.key === 'service.name')?.value.stringValue,
      );
      for (const scope of resource.scopeSpans) spans.push(...scope.spans);
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, spans, services };
}

const trace = 'a'.repeat(32);
const start = Date.parse('2026-03-08T15:21:12.035Z');
const span: Span = {
  traceId: trace,
  spanId: '1'.repeat(16),
  name: 'signals',
  start,
  end: start + 1.5,
  attributes: { 'winnow.cluster': 'c' },
  links: [],
};

describe('given a collector', () => {
  test('when hops of one incident end, then they arrive as one trace with exactly their ids, parents linked', async () => {
    const receiver = await startReceiver();
    const { tracer, stop } = startTelemetry({ OTEL_EXPORTER_OTLP_ENDPOINT: `${receiver.url}/` });
    const links = [{ traceId: 'b'.repeat(32), spanId: '4'.repeat(16) }];
    const hop = (spanId: string, name: string, parentSpanId?: string) =>
      tracer?.({ ...span, spanId, name, ...(parentSpanId && { parentSpanId }), links: name === 'rca' ? links : [] });
    hop('1'.repeat(16), 'signals');
    hop('2'.repeat(16), 'grouping', '1'.repeat(16));
    hop('3'.repeat(16), 'rca', '2'.repeat(16));
    await stop();
    expect(receiver.spans.map((span) => [span.traceId, span.spanId, span.parentSpanId ?? '', span.name])).toEqual([
      [trace, '1'.repeat(16), '', 'signals'],
      [trace, '2'.repeat(16), '1'.repeat(16), 'grouping'],
      [trace, '3'.repeat(16), '2'.repeat(16), 'rca'],
    ]);
    expect(receiver.spans[0]?.startTimeUnixNano).toBe(`${start}000000`);
    expect(receiver.spans[2]?.links?.[0]?.traceId).toBe('b'.repeat(32));
    expect(receiver.services).toEqual(['winnow']);
  });

  test('when it is gone, then stopping takes no longer than 3 s', async () => {
    const { tracer, stop } = startTelemetry({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });
    tracer?.(span);
    const before = performance.now();
    await stop();
    expect(performance.now() - before).toBeLessThan(3_500);
  });
});

describe('given no collector', () => {
  test('when telemetry starts, then there is no tracer', () => {
    expect(startTelemetry({}).tracer).toBeUndefined();
    expect(
      startTelemetry({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x', OTEL_SDK_DISABLED: 'true' }).tracer,
    ).toBeUndefined();
  });

  test('when the endpoint is no URL, then the error names the variable and what it takes', () => {
    expect(() => startTelemetry({ OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4318' })).toThrow(
      /OTEL_EXPORTER_OTLP_ENDPOINT takes an http or https URL such as/,
    );
  });
});

// From the body of `POST /v1/traces` to sides of calls, in slices that leave the thread free in between.
import { setImmediate } from 'node:timers/promises';
import { fieldsOf, isFields, type JsonFields } from '@winnow/contracts';
import { attributesOf, type CallSpan, callSpanOf, type Resource, resourceOf } from './core.ts';
import { otlp } from './otlp-schema.ts';

export interface OtlpReading {
  /** Spans of the request, of any kind. */
  readonly spans: number;
  /** Sides of calls without ids, and those that were not taken. */
  readonly rejected: number;
  /** Spans of resources that do not say what service they are. */
  readonly unnamed: number;
}

/** Milliseconds after which others get their turn. */
const TURN = 3;

/** Calls `take` with each side of a call, which answers whether it took it. @throws SyntaxError where the body is not what its content type says. */
export async function readOtlp(
  body: Uint8Array,
  contentType: string,
  take: (span: CallSpan) => boolean,
): Promise<OtlpReading> {
  let since = performance.now();
  const reading = { spans: 0, rejected: 0, unnamed: 0 };
  for (const { resource, span } of isProtobuf(contentType) ? spansInBytes(body) : spansInJson(body)) {
    reading.spans++;
    const side = resource && callSpanOf(span, resource);
    if (!resource) reading.unnamed++;
    else if (side === 'broken' || (side && !take(side))) reading.rejected++;
    if (performance.now() - since < TURN) continue;
    await setImmediate();
    since = performance.now();
  }
  return reading;
}

export const isProtobuf = (contentType: string): boolean => contentType.startsWith('application/x-protobuf');

interface Found {
  readonly resource: Resource | undefined;
  readonly span: JsonFields;
}

function* spansInBytes(body: Uint8Array): Generator<Found> {
  for (const part of listOf(decode(otlp.request, body).resourceSpans)) {
    const { resource: told, scopeSpans } = decode(otlp.resourceSpans, part);
    const resource = resourceOf(attributesOf(fieldsOf(told).attributes));
    for (const scope of listOf(scopeSpans))
      for (const span of listOf(decode(otlp.scopeSpans, scope).spans))
        yield { resource, span: decode(otlp.span, span) };
  }
}

function decode(type: (typeof otlp)[keyof typeof otlp], bytes: unknown): JsonFields {
  try {
    return type.decode(bytes as Uint8Array) as unknown as JsonFields;
  } catch (error) {
    throw new SyntaxError(`no ExportTraceServiceRequest in protobuf: ${(error as Error).message}`);
  }
}

function* spansInJson(body: Uint8Array): Generator<Found> {
  const request: unknown = JSON.parse(new TextDecoder().decode(body));
  if (!isFields(request)) throw new SyntaxError('no ExportTraceServiceRequest: expected an object');
  for (const part of listOf(request.resourceSpans)) {
    const { resource: told, scopeSpans } = fieldsOf(part);
    const resource = resourceOf(attributesOf(fieldsOf(told).attributes));
    for (const scope of listOf(scopeSpans))
      for (const span of listOf(fieldsOf(scope).spans)) yield { resource, span: fieldsOf(span) };
  }
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

// A span whose ids are given: traces are derived from what is in the records, so that a replay tells the same trace again.
import { type HrTime, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { Span } from '@winnow/stream';

const scope = { name: 'winnow' };

/** What an exporter takes: the span with exactly its ids. */
export function toReadableSpan(span: Span, resource: Resource): ReadableSpan {
  const context = (spanId: string, traceId = span.traceId) => ({ traceId, spanId, traceFlags: TraceFlags.SAMPLED });
  return {
    name: span.name,
    kind: SpanKind.CONSUMER,
    spanContext: () => context(span.spanId),
    ...(span.parentSpanId && { parentSpanContext: context(span.parentSpanId) }),
    startTime: toHrTime(span.start),
    endTime: toHrTime(span.end),
    duration: toHrTime(Math.max(0, span.end - span.start)),
    ended: true,
    status: { code: SpanStatusCode.UNSET },
    attributes: { ...span.attributes },
    links: span.links.map((link) => ({ context: context(link.spanId, link.traceId) })),
    events: [],
    resource,
    instrumentationScope: scope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/** Seconds and nanoseconds; computed apart, since a double cannot hold nanoseconds since the epoch. */
function toHrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}

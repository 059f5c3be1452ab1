// Spans of the one trace that leads from an arrival to its diagnosis. Their ids follow from the records, so replays give the same.
import { hash64, hash128, topics } from '@winnow/contracts';
import { positionOf, type TraceParent, traceParentOf } from './headers.ts';
import type { LogRecord, NewRecord } from './records.ts';

export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  /** Absent for the root: the arrival that opened the trace. */
  readonly parentSpanId?: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly start: number;
  readonly end: number;
  readonly attributes: Readonly<Record<string, string | number>>;
  /** Other records that it came of. */
  readonly links: readonly TraceParent[];
}

/** Takes spans as they end. Must not throw. */
export type Tracer = (span: Span) => void;

/** One decision that put records out. */
export interface Caused {
  readonly record: LogRecord;
  readonly outgoing: readonly NewRecord[];
}

/** The spans of a decision: one for each outgoing record, and the arrival's own where it opened the trace. */
export function spansOf(caused: Caused, start: number, end: number): Span[] {
  const parent = traceParentOf(caused.record.headers);
  const spans = caused.outgoing.map((record) => emissionSpan(record, caused.record, parent, start, end));
  return [...arrivalSpans(caused, spans, end), ...spans];
}

function emissionSpan(
  record: NewRecord,
  cause: LogRecord,
  parent: TraceParent | undefined,
  start: number,
  end: number,
): Span {
  const own = traceParentOf(record.headers) as TraceParent;
  const sameTrace = parent?.traceId === own.traceId;
  return {
    ...own,
    // A trace id is hash128 of an observation's id, whose first half is hash64 of it: the span id of its arrival.
    parentSpanId: sameTrace ? (parent as TraceParent).spanId : own.traceId.slice(0, 16),
    name: `${record.headers.producer?.split('/')[0]} ${record.headers.ce_type}`,
    start,
    end,
    attributes: {
      'messaging.destination.name': record.topic,
      'messaging.destination.partition.id': record.partition,
      'messaging.message.id': record.headers.ce_id ?? '',
      'winnow.key': record.key,
      'winnow.cause': positionOf(cause),
    },
    links: parent && !sameTrace ? [parent] : [],
  };
}

/** Roots for the traces that items of this very arrival opened. */
function arrivalSpans({ record }: Caused, spans: readonly Span[], end: number): Span[] {
  if (record.topic !== topics.observations.name || spans.length === 0) return [];
  const wanted = new Set(spans.map((span) => span.traceId));
  const { items, at, source } = (record.value ?? {}) as { items?: unknown[]; at?: string; source?: string };
  const ids = Array.from({ length: Math.max(1, items?.length ?? 1) }, (_, item) => `${positionOf(record)}.${item}`);
  const arrived = Date.parse(at ?? '');
  return ids
    .filter((id) => wanted.has(hash128(id)))
    .map((id) => ({
      traceId: hash128(id),
      spanId: hash64(id),
      name: `arrival ${source ?? 'unknown'}`,
      start: Number.isNaN(arrived) ? end : Math.min(arrived, end),
      end,
      attributes: { 'winnow.observation': id, 'winnow.source': source ?? 'unknown' },
      links: [],
    }));
}

// The headers that every record of a stage carries: its place in the producer's order, CloudEvents, and the W3C trace.
import { hash64, hash128, topics } from '@winnow/contracts';
import type { LogRecord, NewRecord } from './records.ts';
import type { Emission } from './stage.ts';

export interface TraceParent {
  readonly traceId: string;
  readonly spanId: string;
}

/** Reads a `traceparent` header; undefined where there is none or it is malformed. */
export function traceParentOf(headers: LogRecord['headers']): TraceParent | undefined {
  const parts = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/.exec(headers.traceparent ?? '');
  return parts ? { traceId: parts[1] as string, spanId: parts[2] as string } : undefined;
}

/** Writes a `traceparent` header. */
export const traceParent = ({ traceId, spanId }: TraceParent) => `00-${traceId}-${spanId}-01`;

/** A record's name by its place: `0-17` for observations, `winnow.signals/0-17` for others. */
export function positionOf(record: Pick<LogRecord, 'topic' | 'partition' | 'offset'>): string {
  const place = `${record.partition}-${record.offset}`;
  return record.topic === topics.observations.name ? place : `${record.topic}/${place}`;
}

/** The trace that a record belongs to: as told, or that of its first observation. */
export function traceOf(record: LogRecord): string {
  return traceParentOf(record.headers)?.traceId ?? hash128(`${positionOf(record)}.0`);
}

/** The record that an emission becomes. */
export function stamp(emission: Emission, cause: LogRecord, producer: string, seq: number): NewRecord {
  const id = `${producer}/${seq}`;
  return {
    topic: emission.topic,
    partition: emission.partition ?? cause.partition,
    key: emission.key,
    headers: {
      producer,
      seq: String(seq),
      ce_specversion: '1.0',
      ce_id: id,
      ce_source: `winnow/${producer}`,
      ce_type: emission.type,
      'content-type': 'application/json',
      traceparent: traceParent({ traceId: emission.traceId ?? traceOf(cause), spanId: hash64(id) }),
    },
    value: emission.value,
  };
}

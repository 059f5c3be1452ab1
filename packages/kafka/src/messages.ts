// Records as they lie in Kafka: the value JSON, null a tombstone, headers as UTF-8.
import type { TopicName } from '@winnow/contracts';
import type { LogRecord, NewRecord } from '@winnow/stream';
import type { IHeaders, Message } from 'kafkajs';

/** What kafkajs gives of a message. */
export interface FetchedMessage {
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: IHeaders | undefined;
  /** When it was appended, in milliseconds since 1970. */
  readonly timestamp: string;
}

/** `at` is when it was appended, in milliseconds since 1970. */
export type TimedRecord = LogRecord & { readonly at: number };

/** A message with its place, and about how many bytes it takes before compression. */
export interface Prepared {
  readonly topic: TopicName;
  readonly partition: number;
  readonly message: Message;
  readonly bytes: number;
}

const OVERHEAD = 32;

/** Writes the value out, so that nobody's later changes reach what was appended. */
export function prepare(record: NewRecord): Prepared {
  const value = record.value == null ? null : Buffer.from(JSON.stringify(record.value));
  const headers = Object.entries(record.headers);
  const bytes = headers.reduce((sum, [name, text]) => sum + name.length + text.length + 4, OVERHEAD);
  return {
    topic: record.topic,
    partition: record.partition,
    message: { key: record.key, value, headers: { ...record.headers }, partition: record.partition },
    bytes: bytes + record.key.length + (value?.length ?? 0),
  };
}

/** @throws Error that names the record, where its value is no JSON. */
export function readMessage(topic: TopicName, partition: number, message: FetchedMessage): LogRecord {
  return {
    topic,
    partition,
    offset: Number(message.offset),
    key: message.key?.toString() ?? '',
    headers: readHeaders(message.headers ?? {}),
    value: readValue(topic, partition, message),
  };
}

/** @throws as readMessage */
export function readTimed(topic: TopicName, partition: number, message: FetchedMessage): TimedRecord {
  return { ...readMessage(topic, partition, message), at: Number(message.timestamp) };
}

function readValue(topic: TopicName, partition: number, { offset, value }: FetchedMessage): unknown {
  if (value === null) return null;
  try {
    return JSON.parse(value.toString());
  } catch (error) {
    throw new SyntaxError(`${topic}/${partition} at offset ${offset} is no JSON (${(error as Error).message}).`);
  }
}

function readHeaders(headers: IHeaders): Record<string, string> {
  const read: Record<string, string> = {};
  for (const [name, given] of Object.entries(headers)) {
    // A header that others gave more than once counts as it was given first.
    const first = Array.isArray(given) ? given[0] : given;
    if (first !== undefined) read[name] = first.toString();
  }
  return read;
}

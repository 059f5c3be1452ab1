// What explanations are drawn from: the records of the flow, of a data directory or of a run in memory.
import type { TopicName } from '@winnow/contracts';
import type { Reader } from '@winnow/sqlite';
import type { LogRecord } from '@winnow/stream';
import { scan } from '../scan.ts';

export interface FlowRecords {
  /** All records of a topic, the newest of each partition first; no tombstones. */
  newest(topic: TopicName): Iterable<LogRecord>;
  /** The records of a partition from its oldest on. */
  oldest(topic: TopicName, partition: number): Iterable<LogRecord>;
  /** The latest record of a message key. */
  latest(topic: TopicName, key: string): LogRecord | undefined;
}

export function recordsOfReader(reader: Reader): FlowRecords {
  return {
    newest: (topic) => scan(reader, topic),
    *oldest(topic, partition) {
      for (let from = 0, piece = 500; piece === 500; ) {
        const records = reader.read({ topic, partition, from, limit: 500 });
        yield* records;
        piece = records.length;
        from = (records.at(-1)?.offset ?? from) + 1;
      }
    },
    latest: (topic, key) => reader.find(topic, key, 1)[0],
  };
}

/** Of a run in memory, as a memory log gives them. */
export function recordsInMemory(
  recordsOf: (topic: TopicName, partition: number) => readonly LogRecord[],
  partitions: number,
): FlowRecords {
  const all = (topic: TopicName) =>
    Array.from({ length: partitions }, (_, partition) => recordsOf(topic, partition)).flat();
  return {
    newest: (topic) =>
      all(topic)
        .filter((record) => record.value !== null)
        .reverse(),
    oldest: recordsOf,
    latest: (topic, key) => all(topic).findLast((record) => record.key === key),
  };
}

// Dead letters of a Winnow on Kafka, of all partitions.
import { createDeadLetterIndex, createDeadLetterWriter, planReplay, readDeadLetter } from '@winnow/api';
import { topics } from '@winnow/contracts';
import { type KafkaConfig, type KafkaLog, openKafkaLog, openKafkaReader } from '@winnow/kafka';
import type { LogRecord, RecordPosition } from '@winnow/stream';
import { type DeadLetters, MOST_LETTERS } from './dead-letters.ts';

/** @throws LogUnavailable where the brokers cannot be reached. */
export async function kafkaDeadLetters(config: KafkaConfig): Promise<DeadLetters> {
  const reader = openKafkaReader(config);
  const index = createDeadLetterIndex(MOST_LETTERS);
  for (const part of await reader.partitions([topics.deadLetters.name]))
    for await (const record of reader.read(part, part.first, part.next)) index.apply(record);

  async function readRecord(at: RecordPosition): Promise<LogRecord | undefined> {
    const parts = await reader.partitions([at.topic]);
    const part = parts.find(({ partition }) => partition === at.partition);
    if (!part || at.offset < part.first || at.offset >= part.next) return undefined;
    for await (const record of reader.read(at, at.offset, at.offset + 1)) return record;
    return undefined;
  }

  const plans = { index, readRecord, now: Date.now };
  let log: KafkaLog | undefined;
  let writer: ReturnType<typeof createDeadLetterWriter> | undefined;

  return {
    list: async () => [...index.entries()].map(({ letter }) => letter),
    async get(id) {
      const entry = index.get(id);
      return entry && readDeadLetter(plans, entry);
    },
    plan: (id, options) => planReplay(plans, id, options),
    async replay(id, options) {
      log ??= openKafkaLog(config);
      writer ??= createDeadLetterWriter({ ...plans, log });
      return writer.replay(id, options);
    },
    close: async () => log?.close(),
  };
}

// Batches on their way to the brokers by an idempotent producer, one at a time.
//
// A batch that is tried again by the same producer carries the same sequence numbers, so the broker knows it and gives the offsets of
// the first time. Once a batch is given up its fate is unknown, and the next one would carry its numbers: the broker would take it for
// the former and drop it without a word. So a producer that has given up is never used again.
import kafkajs, { type Producer, type RecordMetadata, type TopicMessages } from 'kafkajs';
import type { KafkaClient } from './client.ts';
import type { Prepared } from './messages.ts';
import { persist } from './patience.ts';

export interface Sender {
  /** Resolves with the first offset of each `topic/partition`. Not to be called while a call is under way. @throws kafkajs's errors. */
  send(batch: readonly Prepared[]): Promise<ReadonlyMap<string, number>>;
  close(): Promise<void>;
}

export const placeOf = ({ topic, partition }: Pick<Prepared, 'topic' | 'partition'>) => `${topic}/${partition}`;

const PRODUCE_TIMEOUT = 8000;

/** @param patience milliseconds for which a batch is tried again while the brokers are away. */
export function createSender({ kafka }: KafkaClient, patience: number): Sender {
  const aborter = new AbortController();
  let producer: Producer | undefined;

  async function connected(): Promise<Producer> {
    if (producer) return producer;
    const created = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      // As few as kafkajs takes: it is tried again here, where it is known for how long already.
      retry: { retries: 1 },
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition as number,
    });
    try {
      await created.connect();
    } catch (error) {
      void leave(created);
      throw error;
    }
    producer = created;
    return created;
  }

  async function sendOnce(topicMessages: TopicMessages[]): Promise<RecordMetadata[]> {
    const through = await connected();
    return through.sendBatch({
      acks: -1,
      timeout: PRODUCE_TIMEOUT,
      compression: kafkajs.CompressionTypes.GZIP,
      topicMessages,
    });
  }

  return {
    async send(batch) {
      const topicMessages = byTopic(batch);
      try {
        const answered = await persist(() => sendOnce(topicMessages), { signal: aborter.signal, within: patience });
        return firstOffsets(answered);
      } catch (error) {
        if (producer) void leave(producer);
        producer = undefined;
        throw error;
      }
    },
    async close() {
      aborter.abort();
      if (producer) await leave(producer);
      producer = undefined;
    },
  };
}

const leave = (producer: Producer) => producer.disconnect().catch(() => undefined);

function byTopic(batch: readonly Prepared[]): TopicMessages[] {
  const grouped = Map.groupBy(batch, ({ topic }) => topic);
  return [...grouped].map(([topic, records]) => ({ topic, messages: records.map(({ message }) => message) }));
}

function firstOffsets(answered: readonly RecordMetadata[]): Map<string, number> {
  return new Map(
    answered
      .filter(({ baseOffset }) => baseOffset !== undefined)
      .map(({ topicName, partition, baseOffset }) => [`${topicName}/${partition}`, Number(baseOffset)]),
  );
}

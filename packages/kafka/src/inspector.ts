// What the brokers tell of the topics: how many partitions there are, and where each ends.
import type { TopicName } from '@winnow/contracts';
import type { Admin } from 'kafkajs';
import type { KafkaClient } from './client.ts';
import { failureOf, NoPartition } from './failures.ts';
import { persist } from './patience.ts';

export interface Inspector {
  /** @throws LogUnavailable; Error where the topic is not there. */
  partitionsOf(topic: TopicName): Promise<number>;
  /** The offset that the next record will have. @throws as above */
  end(topic: TopicName, partition: number): Promise<number>;
  close(): Promise<void>;
}

type Ends = ReadonlyMap<number, number>;

/** @param patience milliseconds for which a question is asked again while the brokers are away. */
export function createInspector({ kafka }: KafkaClient, patience: number): Inspector {
  const aborter = new AbortController();
  let admin: Admin | undefined;
  /** Many ask for the ends of one topic's partitions at the same time: one answer tells all. */
  const asked = new Map<TopicName, Promise<Ends>>();

  async function connected(): Promise<Admin> {
    if (admin) return admin;
    const created = kafka.admin();
    await created.connect();
    admin = created;
    return created;
  }

  function ask<T>(topic: TopicName, question: (admin: Admin) => Promise<T>): Promise<T> {
    const once = async () => {
      try {
        return await question(await connected());
      } catch (error) {
        void leave();
        throw error;
      }
    };
    return persist(once, { signal: aborter.signal, within: patience }).catch((error: unknown) => {
      throw failureOf(error, `The brokers do not tell of ${topic}`);
    });
  }

  async function leave(): Promise<void> {
    const leaving = admin;
    admin = undefined;
    await leaving?.disconnect().catch(() => undefined);
  }

  function endsOf(topic: TopicName): Promise<Ends> {
    const under = asked.get(topic);
    if (under) return under;
    const answer = ask(topic, async (through) => {
      const offsets = await through.fetchTopicOffsets(topic);
      return new Map(offsets.map(({ partition, high }) => [partition, Number(high)]));
    }).finally(() => asked.delete(topic));
    asked.set(topic, answer);
    return answer;
  }

  return {
    async partitionsOf(topic) {
      const { topics } = await ask(topic, (through) => through.fetchTopicMetadata({ topics: [topic] }));
      return topics[0]?.partitions.length ?? 0;
    },
    async end(topic, partition) {
      const end = (await endsOf(topic)).get(partition);
      if (end === undefined) throw new NoPartition(`${topic} has no partition ${partition}: apply the topics.`);
      return end;
    },
    async close() {
      aborter.abort();
      await leave();
    },
  };
}

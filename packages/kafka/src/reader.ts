// Reads what is in the log, for people and their commands: nothing is claimed, no group is joined, no offset is kept.
import { type TopicName, topicNames } from '@winnow/contracts';
import { withAdmin } from './admin.ts';
import { type ClientOptions, createClient } from './client.ts';
import type { KafkaConfig } from './config.ts';
import { failureOf } from './failures.ts';
import { inTurns } from './in-turns.ts';
import { readTimed, type TimedRecord } from './messages.ts';
import { createPartitionReader } from './partition-reader.ts';
import { persist } from './patience.ts';

export type { TimedRecord } from './messages.ts';

/** One topic's partition: its records have offsets from `first` on, `next` excluded; of a compacted topic some are gone. */
export interface PartitionInfo {
  readonly topic: TopicName;
  readonly partition: number;
  readonly first: number;
  readonly next: number;
}

export interface KafkaReader {
  /** Which brokers, for messages. */
  readonly place: string;
  /** By topic and partition; topics that are not there have none. @throws LogUnavailable */
  partitions(topics?: readonly TopicName[]): Promise<readonly PartitionInfo[]>;
  /** The records of a partition from one offset up to another, in order. @throws LogUnavailable */
  read(partition: Place, from: number, to: number): AsyncGenerator<TimedRecord>;
  /** So many of the newest records of all these partitions, the oldest first. @throws LogUnavailable */
  newest(partitions: readonly PartitionInfo[], count: number): Promise<readonly TimedRecord[]>;
  /** Records as they are appended from `next` on, until the signal is given; brokers that go away are waited for. */
  follow(partition: PartitionInfo, signal: AbortSignal): AsyncGenerator<TimedRecord>;
}

type Place = Pick<PartitionInfo, 'topic' | 'partition'>;

const PARTITIONS_AT_ONCE = 8;
/** Milliseconds for which brokers that do not answer are asked again. */
const ANSWERS_WITHIN = 10_000;

/** Connects with each call, and leaves after it. @throws where a certificate or a token's file is missing. */
export function openKafkaReader(config: KafkaConfig, options: ClientOptions = {}): KafkaReader {
  const client = createClient(config, options);

  /** Pages for as long as one asks; a signal ends the waiting for brokers, which without one ends by itself. */
  async function* pages({ topic, partition }: Place, from: number, signal?: AbortSignal) {
    const reader = createPartitionReader(client, topic, partition, readTimed);
    const patience = signal ? { signal } : { signal: new AbortController().signal, within: ANSWERS_WITHIN };
    try {
      for (let at = from; ; ) {
        const page = await persist(() => reader.read(at), patience);
        yield page;
        at = page.next;
      }
    } catch (error) {
      if (!signal?.aborted) throw failureOf(error, `${topic}/${partition} cannot be read`);
    } finally {
      await reader.close();
    }
  }

  async function* read(wanted: Place, from: number, to: number) {
    if (from >= to) return;
    for await (const { records, next, end } of pages(wanted, from)) {
      for (const record of records) if (record.offset < to) yield record;
      if (next >= Math.min(to, end)) return;
    }
  }

  /** Compaction has taken some, so it may take more than one look. */
  async function newestOf(info: PartitionInfo, count: number): Promise<TimedRecord[]> {
    for (let back = count; ; back *= 4) {
      const from = Math.max(info.first, info.next - back);
      const records: TimedRecord[] = [];
      for await (const record of read(info, from, info.next)) records.push(record);
      if (records.length >= count || from === info.first) return records.slice(-count);
    }
  }

  return {
    place: client.brokers,
    partitions: (topics = topicNames) =>
      withAdmin(client, async (admin) => {
        const there = new Set(await admin.listTopics());
        const known = topics.filter((topic) => there.has(topic));
        const found = await inTurns(known, PARTITIONS_AT_ONCE, async (topic) =>
          (await admin.fetchTopicOffsets(topic))
            .map(({ partition, low, high }) => ({ topic, partition, first: Number(low), next: Number(high) }))
            .sort((one, other) => one.partition - other.partition),
        );
        return found.flat();
      }),
    read,
    async newest(partitions, count) {
      if (count === 0) return [];
      const holding = partitions.filter(({ first, next }) => next > first);
      const found = await inTurns(holding, PARTITIONS_AT_ONCE, (each) => newestOf(each, count));
      return found
        .flat()
        .sort((one, other) => one.at - other.at || one.partition - other.partition || one.offset - other.offset)
        .slice(-count);
    },
    async *follow(info, signal) {
      for await (const { records } of pages(info, info.next, signal)) {
        if (signal.aborted) return;
        yield* records;
      }
    },
  };
}

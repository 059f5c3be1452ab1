// Reads one partition from wherever one likes, without a consumer group: from its leader, by the protocol's fetch.
import type { TopicName } from '@winnow/contracts';
import type { LogRecord } from '@winnow/stream';
import type Cluster from 'kafkajs/src/cluster/index.js';
import type { FetchedPartition } from 'kafkajs/src/cluster/index.js';
import type { KafkaClient } from './client.ts';
import { LogTruncated, NoPartition, typeOf } from './failures.ts';
import type { FetchedMessage } from './messages.ts';

export interface Page<R = LogRecord> {
  readonly records: readonly R[];
  /** Where to read on. */
  readonly next: number;
  /** The offset behind the last record that may be read. */
  readonly end: number;
}

export interface PartitionReader<R = LogRecord> {
  /** Waits up to a second for something to come. After an error the next call begins with new connections. */
  read(from: number): Promise<Page<R>>;
  close(): Promise<void>;
}

const MAX_WAIT = 1000;
const PAGE_BYTES = 1024 * 1024;
// More than any batch: a page of this size is whole at least up to its first batch that holds something.
const LARGEST_BATCH = 64 * 1024 * 1024;
const READ_UNCOMMITTED = 0;

/** @param toRecord what becomes of a message. */
export function createPartitionReader<R extends LogRecord>(
  client: KafkaClient,
  topic: TopicName,
  partition: number,
  toRecord: (topic: TopicName, partition: number, message: FetchedMessage) => R,
): PartitionReader<R> {
  let cluster: Cluster | undefined;
  let closed = false;

  async function connected(): Promise<Cluster> {
    if (cluster) return cluster;
    if (closed) throw new Error(`The reading of ${topic}/${partition} has ended.`);
    const opened = client.openCluster();
    cluster = opened;
    await opened.connect();
    await opened.addTargetTopic(topic);
    return opened;
  }

  async function fetch(from: number, maxBytes: number): Promise<FetchedPartition> {
    const through = await connected();
    const [leader] = Object.keys(through.findLeaderForPartitions(topic, [partition]));
    if (leader === undefined)
      throw new NoPartition(`${topic} has no partition ${partition}: apply the topics with more partitions.`);
    const broker = await through.findBroker({ nodeId: leader });
    const partitions = [{ partition, fetchOffset: String(from), maxBytes }];
    const request = { replicaId: -1, isolationLevel: READ_UNCOMMITTED, maxWaitTime: MAX_WAIT, minBytes: 1, maxBytes };
    const { responses } = await broker.fetch({ ...request, topics: [{ topic, partitions }] });
    const fetched = responses[0]?.partitions[0];
    if (!fetched) throw new Error(`${topic}/${partition}: the broker answered without it.`);
    return fetched;
  }

  async function readPage(from: number): Promise<Page<R>> {
    const page = pageOf(await fetch(from, PAGE_BYTES), from);
    if (page.records.length > 0 || page.end <= from) return page;
    // Compaction leaves batches that are empty, and the page may have been cut before the next one.
    const whole = pageOf(await fetch(from, LARGEST_BATCH), from);
    return whole.records.length > 0 ? whole : { ...whole, next: Math.max(from, whole.end) };
  }

  function pageOf({ messages, highWatermark }: FetchedPartition, from: number): Page<R> {
    // A batch is given whole, from its first record on.
    const records = messages
      .filter((message) => Number(message.offset) >= from && !message.isControlRecord)
      .map((message) => toRecord(topic, partition, message));
    return { records, next: (records.at(-1)?.offset ?? from - 1) + 1, end: Number(highWatermark) };
  }

  async function offsetAt(fromBeginning: boolean): Promise<number> {
    const wanted = [{ topic, partitions: [{ partition }], fromBeginning }];
    const [answered] = await (await connected()).fetchTopicsOffset(wanted);
    return Number(answered?.partitions[0]?.offset);
  }

  /** What is no longer kept cannot be read: the reading begins at what is left. */
  async function readFromWhatIsLeft(from: number): Promise<Page<R>> {
    const first = await offsetAt(true);
    if (from < first) return readPage(first);
    const end = await offsetAt(false);
    throw new LogTruncated(
      `${topic}/${partition} ends at ${end}, and ${from} was to be read: the log has lost records, or it is not the one that the state was made from. To do: use the log that belongs to the state, or begin with an empty store.`,
    );
  }

  async function disconnect(): Promise<void> {
    const closing = cluster;
    cluster = undefined;
    await closing?.disconnect().catch(() => undefined);
  }

  return {
    async read(from) {
      try {
        return await readPage(from).catch((error: unknown) => {
          if (typeOf(error) === 'OFFSET_OUT_OF_RANGE') return readFromWhatIsLeft(from);
          throw error;
        });
      } catch (error) {
        void disconnect();
        throw error;
      }
    },
    close() {
      closed = true;
      return disconnect();
    },
  };
}

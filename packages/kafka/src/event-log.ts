// The EventLog port on Kafka.
import type { TopicName } from '@winnow/contracts';
import type { EventLog } from '@winnow/stream';
import { createAppends } from './append.ts';
import { type ClientOptions, createClient, type KafkaClient } from './client.ts';
import type { KafkaConfig } from './config.ts';
import { createInspector } from './inspector.ts';
import { readMessage } from './messages.ts';
import { createPartitionReader } from './partition-reader.ts';
import { createSender } from './sender.ts';
import { type ActiveSubscription, type Progress, startSubscription } from './subscription.ts';

export interface KafkaLogOptions extends ClientOptions {
  /** Milliseconds for which an append is tried again while the brokers are away, before it is refused (default 10,000). */
  readonly appendPatience?: number;
}

export interface KafkaLog extends EventLog {
  /** For what else needs a connection: topics, assignments. */
  readonly client: KafkaClient;
  /** How many partitions the topic has. @throws LogUnavailable; Error where it is not there. */
  partitionsOf(topic: TopicName): Promise<number>;
  /** Where each subscription of this process stands. */
  progress(): readonly Progress[];
  /** Sends what was appended, ends the subscriptions, leaves. */
  close(): Promise<void>;
}

/**
 * A log on the brokers that the configuration names; they are connected to with the first use.
 *
 * The records of one append to one partition are in one batch: all or none of them. Where an append reaches several partitions and the
 * brokers go away half-way, some may be in the log and the append throws; the same holds where the answer is lost. The sender then
 * still owns all of them, and appends them again: readers tell a stage's records by `producer` and `seq`.
 *
 * @throws where a certificate or a token's file is missing.
 */
export function openKafkaLog(
  config: KafkaConfig,
  { appendPatience = 10_000, ...options }: KafkaLogOptions = {},
): KafkaLog {
  const client = createClient(config, options);
  const sender = createSender(client, appendPatience);
  const appends = createAppends(sender, client.brokers);
  const inspector = createInspector(client, appendPatience);
  const subscriptions = new Set<ActiveSubscription>();

  return {
    client,
    append: appends.append,
    subscribe(wanted, onBatch) {
      const reader = createPartitionReader(client, wanted.topic, wanted.partition, readMessage);
      const started = startSubscription(wanted, reader, onBatch);
      subscriptions.add(started);
      const leave = () => subscriptions.delete(started);
      started.done.then(leave, leave);
      return { close: started.close, done: started.done };
    },
    end: inspector.end,
    partitionsOf: inspector.partitionsOf,
    progress: () => [...subscriptions].map((each) => each.progress()),
    async close() {
      await Promise.all([...subscriptions].map((each) => each.close()));
      await appends.close();
      await inspector.close();
      await sender.close();
    },
  };
}

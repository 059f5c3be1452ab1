// How Winnow's topics are to be: what an operator may set of it, and what follows for each topic.
import { type Environment, isCompacted, readSettings, type TopicName } from '@winnow/contracts';
import { z } from 'zod';

const whole = () => z.coerce.number().int();

export const kafkaTopicsConfigSchema = z
  .strictObject({
    WINNOW_KAFKA_PARTITIONS: whole().min(1).max(10_000).default(24).meta({
      description:
        'partitions of each topic: as many instances of a service can share the work; fixed once there are data',
    }),
    WINNOW_KAFKA_REPLICATION_FACTOR: whole()
      .min(1)
      .max(100)
      .default(3)
      .meta({ description: 'on how many brokers each record lies' }),
    WINNOW_KAFKA_MIN_INSYNC_REPLICAS: whole()
      .min(1)
      .max(100)
      .default(2)
      .meta({ description: 'on how many brokers a record must lie before it counts as appended' }),
    WINNOW_KAFKA_RETENTION_HOURS: z.coerce
      .number()
      .positive()
      .default(168)
      .meta({ description: 'how long topics are kept that are kept by time; longer than any backup of Redis is old' }),
  })
  .refine((config) => config.WINNOW_KAFKA_MIN_INSYNC_REPLICAS <= config.WINNOW_KAFKA_REPLICATION_FACTOR, {
    message: 'WINNOW_KAFKA_MIN_INSYNC_REPLICAS is more than WINNOW_KAFKA_REPLICATION_FACTOR: nothing could be appended',
  });

export interface TopicSettings {
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly minInsyncReplicas: number;
  /** How long topics are kept that are kept by time, in milliseconds. */
  readonly retentionMs: number;
  /** The largest batch that a topic takes, in bytes (default 10 MiB). */
  readonly maxMessageBytes?: number;
}

const HOUR = 3_600_000;
const DEFAULT_MAX_MESSAGE_BYTES = 10 * 1024 * 1024;

/** @throws SettingsWrong that names each variable and what it takes. */
export function readTopicSettings(environment: Environment): TopicSettings {
  const config = readSettings(kafkaTopicsConfigSchema, environment);
  return {
    partitions: config.WINNOW_KAFKA_PARTITIONS,
    replicationFactor: config.WINNOW_KAFKA_REPLICATION_FACTOR,
    minInsyncReplicas: config.WINNOW_KAFKA_MIN_INSYNC_REPLICAS,
    retentionMs: Math.round(config.WINNOW_KAFKA_RETENTION_HOURS * HOUR),
  };
}

/** The topic's configuration at the broker. What is not wanted in particular is left out. */
export function topicConfig(topic: TopicName, wanted: Partial<TopicSettings>): Readonly<Record<string, string>> {
  const { minInsyncReplicas, maxMessageBytes = DEFAULT_MAX_MESSAGE_BYTES, retentionMs } = wanted;
  const common = {
    ...(minInsyncReplicas !== undefined && { 'min.insync.replicas': String(minInsyncReplicas) }),
    'max.message.bytes': String(maxMessageBytes),
    // A leader that lacks acknowledged records would take them from everyone.
    'unclean.leader.election.enable': 'false',
  };
  if (isCompacted(topic)) return { ...common, 'cleanup.policy': 'compact' };
  return {
    ...common,
    'cleanup.policy': 'delete',
    ...(retentionMs !== undefined && { 'retention.ms': String(retentionMs) }),
  };
}

// The topics as Winnow needs them: made where they are not there, compared where they are.
import { isCompacted, type TopicName, topicNames } from '@winnow/contracts';
import kafkajs, { type Admin, type ITopicMetadata } from 'kafkajs';
import { persist } from './patience.ts';

export interface TopicSettings {
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly minInsyncReplicas: number;
  /** How long topics are kept that are kept by time, in milliseconds. */
  readonly retentionMs: number;
  /** The largest batch that a topic takes, in bytes (default 10 MiB). */
  readonly maxMessageBytes?: number;
}

export interface AppliedTopic {
  readonly topic: TopicName;
  readonly status: 'created' | 'verified' | 'differs';
  /** `name is X, wanted Y`, and what to do. */
  readonly differences: readonly string[];
}

const LEADERS_WITHIN = 30_000;
const DEFAULT_MAX_MESSAGE_BYTES = 10 * 1024 * 1024;

/** The topic's configuration at the broker. */
export function topicConfig(topic: TopicName, settings: TopicSettings): Readonly<Record<string, string>> {
  const common = {
    'min.insync.replicas': String(settings.minInsyncReplicas),
    'max.message.bytes': String(settings.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES),
    // A leader that lacks acknowledged records would take them from everyone.
    'unclean.leader.election.enable': 'false',
  };
  if (isCompacted(topic)) return { ...common, 'cleanup.policy': 'compact' };
  return { ...common, 'cleanup.policy': 'delete', 'retention.ms': String(settings.retentionMs) };
}

/**
 * Creates the topics that are not there and compares the others; it changes nothing about those.
 * @throws Error where a topic has another number of partitions, before anything is created: the partition of a cluster follows from it.
 */
export async function applyTopics(admin: Admin, settings: TopicSettings): Promise<readonly AppliedTopic[]> {
  checkSettings(settings);
  const there = new Set(await admin.listTopics());
  const known = topicNames.filter((topic) => there.has(topic));
  const missing = topicNames.filter((topic) => !there.has(topic));
  const metadata = known.length > 0 ? await describe(admin, known) : [];
  refuseOtherPartitions(metadata, settings.partitions);
  const compared = await compare(admin, metadata, settings);
  if (missing.length > 0) await create(admin, missing, settings);
  const created = missing.map((topic) => ({ topic, status: 'created' as const, differences: [] }));
  return [...created, ...compared].sort(
    (one, other) => topicNames.indexOf(one.topic) - topicNames.indexOf(other.topic),
  );
}

async function describe(admin: Admin, known: TopicName[]): Promise<ITopicMetadata[]> {
  const { topics } = await admin.fetchTopicMetadata({ topics: known });
  return topics.sort((one, other) => known.indexOf(one.name as TopicName) - known.indexOf(other.name as TopicName));
}

function checkSettings({ replicationFactor, minInsyncReplicas }: TopicSettings): void {
  if (minInsyncReplicas <= replicationFactor) return;
  throw new Error(
    `min.insync.replicas ${minInsyncReplicas} is more than the replication factor ${replicationFactor}: nothing could be appended.`,
  );
}

function refuseOtherPartitions(metadata: readonly ITopicMetadata[], wanted: number): void {
  const other = metadata.filter(({ partitions }) => partitions.length !== wanted);
  if (other.length === 0) return;
  const found = other.map(({ name, partitions }) => `${name} has ${partitions.length}`).join(', ');
  throw new Error(
    `${wanted} partitions are wanted, and ${found}. The number does not change under data: a cluster would go on in another partition, out of order and without its state. To do: apply with the number that is there, or make new topics on an empty Kafka and let the sources begin there with an empty store.`,
  );
}

async function create(admin: Admin, names: readonly TopicName[], settings: TopicSettings): Promise<void> {
  const topics = names.map((topic) => ({
    topic,
    numPartitions: settings.partitions,
    replicationFactor: settings.replicationFactor,
    configEntries: Object.entries(topicConfig(topic, settings)).map(([name, value]) => ({ name, value })),
  }));
  // kafkajs's own waiting fails on a broker that has yet to hear of the topic.
  await admin.createTopics({ topics, waitForLeaders: false });
  await persist(() => requireLeaders(admin, names), {
    signal: new AbortController().signal,
    within: LEADERS_WITHIN,
  });
}

async function requireLeaders(admin: Admin, names: readonly TopicName[]): Promise<void> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [...names] });
  const without = topics.find(({ partitions }) => partitions.some(({ leader }) => leader < 0));
  if (without) throw new Error(`${without.name} was created, and not all of its partitions have a leader.`);
}

async function compare(
  admin: Admin,
  metadata: readonly ITopicMetadata[],
  settings: TopicSettings,
): Promise<AppliedTopic[]> {
  if (metadata.length === 0) return [];
  const resources = metadata.map(({ name }) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name }));
  const described = await admin.describeConfigs({ resources, includeSynonyms: false });
  return metadata.map(({ name, partitions }) => {
    const entries = described.resources.find(({ resourceName }) => resourceName === name)?.configEntries ?? [];
    const found = new Map(entries.map((entry) => [entry.configName, entry.configValue]));
    const topic = name as TopicName;
    const differences = [
      ...replicationDifference(partitions, settings.replicationFactor),
      ...configDifferences(topic, found, settings),
    ];
    return { topic, status: differences.length > 0 ? 'differs' : 'verified', differences };
  });
}

function replicationDifference(partitions: ITopicMetadata['partitions'], wanted: number): string[] {
  const fewest = Math.min(...partitions.map(({ replicas }) => replicas.length));
  if (fewest === wanted) return [];
  return [`the replication factor is ${fewest}, wanted ${wanted}: kafka-reassign-partitions.sh changes it`];
}

function configDifferences(topic: TopicName, found: ReadonlyMap<string, string>, settings: TopicSettings): string[] {
  return Object.entries(topicConfig(topic, settings))
    .filter(([name, value]) => found.get(name) !== value)
    .map(
      ([name, value]) =>
        `${name} is ${found.get(name) ?? 'unknown'}, wanted ${value}: kafka-configs.sh --alter --topic ${topic} --add-config ${name}=${value}`,
    );
}

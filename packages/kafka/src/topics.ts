// The topics as Winnow needs them: made where they are not there, compared where they are.
import { type TopicName, topicNames } from '@winnow/contracts';
import kafkajs, { type Admin, type ITopicMetadata } from 'kafkajs';
import { persist } from './patience.ts';
import { differencesOf, type FoundTopic, KEEP_PARTITIONS, type TopicDifference } from './topic-differences.ts';
import { type TopicSettings, topicConfig } from './topic-settings.ts';

export interface InspectedTopic {
  readonly topic: TopicName;
  readonly status: 'missing' | 'verified' | 'differs';
  /** Absent where it is missing. */
  readonly partitions?: number;
  readonly differences: readonly TopicDifference[];
}

export interface AppliedTopic extends Omit<InspectedTopic, 'status'> {
  readonly status: 'created' | 'verified' | 'differs';
}

/** What is wanted cannot be: nothing was created. Its message says what to do. */
export class TopicsRefused extends Error {
  override readonly name = 'TopicsRefused';
}

const LEADERS_WITHIN = 30_000;

/** Compares the topics with what is wanted, changing nothing: what is not wanted in particular is not compared. */
export async function inspectTopics(admin: Admin, wanted: Partial<TopicSettings>): Promise<readonly InspectedTopic[]> {
  const found = await findTopics(admin);
  const { brokers } = await admin.describeCluster();
  return topicNames.map((topic): InspectedTopic => {
    const there = found.find((each) => each.topic === topic);
    if (!there) return { topic, status: 'missing', differences: [] };
    const differences = differencesOf(there, wanted, brokers);
    const status = differences.length > 0 ? 'differs' : 'verified';
    return { topic, status, partitions: there.partitions.length, differences };
  });
}

/**
 * Creates the topics that are not there and compares the others; it changes nothing about those.
 * @throws TopicsRefused where a topic has another number of partitions, before anything is created: the partition of a cluster follows from it.
 */
export async function applyTopics(admin: Admin, settings: TopicSettings): Promise<readonly AppliedTopic[]> {
  const inspected = await planTopics(admin, settings);
  const missing = inspected.filter(({ status }) => status === 'missing').map(({ topic }) => topic);
  if (missing.length > 0) await create(admin, missing, settings);
  return inspected.map((each) =>
    each.status === 'missing'
      ? { ...each, status: 'created', partitions: settings.partitions }
      : { ...each, status: each.status },
  );
}

/** What `applyTopics` would do: topics that are missing would be created. @throws TopicsRefused as it does */
export async function planTopics(admin: Admin, settings: TopicSettings): Promise<readonly InspectedTopic[]> {
  refuseSettings(settings);
  const inspected = await inspectTopics(admin, settings);
  refuseOtherPartitions(inspected, settings);
  if (inspected.some(({ status }) => status === 'missing'))
    refuseReplicas(settings, (await admin.describeCluster()).brokers.length);
  return inspected;
}

function refuseOtherPartitions(inspected: readonly InspectedTopic[], { partitions }: TopicSettings): void {
  const other = inspected.filter((each) => each.partitions !== undefined && each.partitions !== partitions);
  if (other.length === 0) return;
  const found = other.map((each) => `${each.topic} has ${each.partitions}`).join(', ');
  throw new TopicsRefused(`${partitions} partitions are wanted, and ${found}. ${KEEP_PARTITIONS}`);
}

function refuseSettings({ minInsyncReplicas, replicationFactor }: TopicSettings): void {
  if (minInsyncReplicas <= replicationFactor) return;
  throw new TopicsRefused(
    `min.insync.replicas ${minInsyncReplicas} is more than the replication factor ${replicationFactor}: nothing could be appended.`,
  );
}

function refuseReplicas({ replicationFactor }: TopicSettings, brokers: number): void {
  if (replicationFactor <= brokers) return;
  throw new TopicsRefused(
    `A replication factor of ${replicationFactor} is wanted, and there ${brokers === 1 ? 'is 1 broker' : `are ${brokers} brokers`}: add brokers, or apply with fewer replicas (to try it out on one broker: a replication factor of 1 and min.insync.replicas of 1).`,
  );
}

async function findTopics(admin: Admin): Promise<readonly FoundTopic[]> {
  const there = new Set(await admin.listTopics());
  const known = topicNames.filter((topic) => there.has(topic));
  if (known.length === 0) return [];
  const { topics } = await admin.fetchTopicMetadata({ topics: known });
  const resources = known.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name }));
  const described = await admin.describeConfigs({ resources, includeSynonyms: false });
  return topics.map(({ name, partitions }: ITopicMetadata) => {
    const entries = described.resources.find(({ resourceName }) => resourceName === name)?.configEntries ?? [];
    const config = new Map(entries.map((entry) => [entry.configName, entry.configValue]));
    return { topic: name as TopicName, partitions, config };
  });
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

// In what a topic differs from what is wanted, each with the command that mends it.
import type { TopicName } from '@winnow/contracts';
import type { ITopicMetadata } from 'kafkajs';
import { type TopicSettings, topicConfig } from './topic-settings.ts';

export interface TopicDifference {
  /** `name is X, wanted Y`. */
  readonly what: string;
  /** For a shell beside Kafka's own scripts; where no command does it, what to do in words. */
  readonly mend: string;
}

/** A topic as the brokers have it. */
export interface FoundTopic {
  readonly topic: TopicName;
  readonly partitions: ITopicMetadata['partitions'];
  readonly config: ReadonlyMap<string, string>;
}

export interface FoundBroker {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
}

/** What is not wanted in particular is not compared. */
export function differencesOf(
  found: FoundTopic,
  wanted: Partial<TopicSettings>,
  brokers: readonly FoundBroker[],
): TopicDifference[] {
  return [
    ...partitionDifference(found, wanted.partitions),
    ...replicationDifference(found, wanted.replicationFactor, brokers),
    ...configDifferences(found, wanted, bootstrapOf(brokers)),
  ];
}

export const KEEP_PARTITIONS =
  'The number does not change under data: a cluster would go on in another partition, out of order and without its state. To do: apply with the number that is there, or make new topics on an empty Kafka and let the sources begin there with an empty store.';

function partitionDifference({ partitions }: FoundTopic, wanted?: number): TopicDifference[] {
  if (wanted === undefined || partitions.length === wanted) return [];
  return [{ what: `it has ${partitions.length} partitions, wanted ${wanted}`, mend: KEEP_PARTITIONS }];
}

function replicationDifference(
  { topic, partitions }: FoundTopic,
  wanted: number | undefined,
  brokers: readonly FoundBroker[],
): TopicDifference[] {
  const fewest = Math.min(...partitions.map(({ replicas }) => replicas.length));
  if (wanted === undefined || fewest === wanted) return [];
  const what = `the replication factor is ${fewest}, wanted ${wanted}`;
  if (brokers.length < wanted)
    return [{ what, mend: `there are ${brokers.length} brokers: add some, or want fewer replicas` }];
  const plan = JSON.stringify({ version: 1, partitions: reassigned(topic, partitions, wanted, brokers) });
  const file = `${topic}.json`;
  const run = `kafka-reassign-partitions.sh --bootstrap-server ${bootstrapOf(brokers)} --reassignment-json-file ${file} --execute`;
  return [{ what, mend: `echo '${plan}' > ${file} && ${run}` }];
}

/** The replicas that there are, the leader first; further ones on the brokers that come next in their order. */
function reassigned(
  topic: TopicName,
  partitions: ITopicMetadata['partitions'],
  wanted: number,
  brokers: readonly FoundBroker[],
) {
  const ids = brokers.map(({ nodeId }) => nodeId).sort((one, other) => one - other);
  return partitions.map(({ partitionId, leader, replicas }) => {
    const at = ids.indexOf(leader) + 1;
    const further = [...ids.slice(at), ...ids.slice(0, at)];
    return {
      topic,
      partition: partitionId,
      replicas: [...new Set([leader, ...replicas, ...further])].slice(0, wanted),
    };
  });
}

function configDifferences({ topic, config }: FoundTopic, wanted: Partial<TopicSettings>, bootstrap: string) {
  return Object.entries(topicConfig(topic, wanted))
    .filter(([name, value]) => config.get(name) !== value)
    .map(([name, value]) => ({
      what: `${name} is ${config.get(name) ?? 'unknown'}, wanted ${value}`,
      mend: `kafka-configs.sh --bootstrap-server ${bootstrap} --alter --entity-type topics --entity-name ${topic} --add-config ${name}=${value}`,
    }));
}

const bootstrapOf = (brokers: readonly FoundBroker[]) =>
  brokers.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`).join(',');

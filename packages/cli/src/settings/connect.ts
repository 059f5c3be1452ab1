// Whether the servers that the settings name are there, and as Winnow needs them. Nothing is written anywhere.
import { type Environment, type TopicName, topics } from '@winnow/contracts';
import {
  createClient,
  type InspectedTopic,
  inspectTopics,
  type kafkaTopicsConfigSchema,
  readKafkaConfig,
  readTopicSettings,
  type TopicSettings,
  withAdmin,
} from '@winnow/kafka';
import { openRedis, readRedisConfig } from '@winnow/redis';
import { groupsOf, type Reader } from './registry.ts';

export interface CheckedServer {
  readonly server: 'kafka' | 'redis';
  /** What was found, a line each. */
  readonly found: readonly string[];
  readonly problems: readonly string[];
}

/** Tries the servers that the reader uses; none where it uses none. */
export async function checkServers(
  reader: Reader | 'all',
  environment: Environment,
): Promise<readonly CheckedServer[]> {
  const uses = (name: string) => groupsOf(reader).some(({ schema }) => name in schema.shape);
  return Promise.all([
    ...(uses('WINNOW_KAFKA_BROKERS') ? [told('kafka', () => checkKafka(environment))] : []),
    ...(uses('WINNOW_REDIS_URL') ? [told('redis', () => checkRedis(environment))] : []),
  ]);
}

type Found = Omit<CheckedServer, 'server'>;

async function told(server: CheckedServer['server'], check: () => Promise<Found>): Promise<CheckedServer> {
  try {
    return { server, ...(await check()) };
  } catch (error) {
    return { server, found: [], problems: [error instanceof Error ? error.message : String(error)] };
  }
}

async function checkKafka(environment: Environment): Promise<Found> {
  const client = createClient(readKafkaConfig(environment));
  const inspected = await withAdmin(client, async (admin) => {
    const [first] = await inspectTopics(admin, {});
    return inspectTopics(admin, wantedOf(environment, first));
  });
  const missing = inspected.filter(({ status }) => status === 'missing').map(({ topic }) => topic);
  const partitions = inspected.find(({ topic }) => topic === topics.observations.name)?.partitions;
  const there = inspected.length - missing.length;
  return {
    found: [
      `Kafka at ${client.brokers} answers: ${there} of ${inspected.length} topics${partitions === undefined ? '' : `, ${partitions} partitions each`}`,
    ],
    problems: [
      ...(missing.length > 0
        ? [`${missing.join(', ')} ${isOrAre(missing)} missing: \`winnow topics apply\` makes them`]
        : []),
      ...inspected.flatMap(({ topic, differences }) =>
        differences.map(({ what, mend }) => `${topic}: ${what}. To mend it: ${mend}`),
      ),
    ],
  };
}

const isOrAre = (names: readonly TopicName[]) => (names.length === 1 ? 'is' : 'are');

/** What is set of how topics are to be; where it is not, all topics are to have as many partitions as the first. */
function wantedOf(environment: Environment, first: InspectedTopic | undefined): Partial<TopicSettings> {
  const { partitions, replicationFactor, minInsyncReplicas, retentionMs } = readTopicSettings(environment);
  const isSet = (name: keyof typeof kafkaTopicsConfigSchema.shape) => Boolean(environment[name]);
  const number = isSet('WINNOW_KAFKA_PARTITIONS') ? partitions : first?.partitions;
  return {
    ...(number !== undefined && { partitions: number }),
    ...(isSet('WINNOW_KAFKA_REPLICATION_FACTOR') && { replicationFactor }),
    ...(isSet('WINNOW_KAFKA_MIN_INSYNC_REPLICAS') && { minInsyncReplicas }),
    ...(isSet('WINNOW_KAFKA_RETENTION_HOURS') && { retentionMs }),
  };
}

async function checkRedis(environment: Environment): Promise<Found> {
  const { place, weaknesses, close } = await openRedis(readRedisConfig(environment));
  await close();
  return { found: [`Redis at ${place} answers`, ...weaknesses.map((each) => `but ${each}`)], problems: [] };
}

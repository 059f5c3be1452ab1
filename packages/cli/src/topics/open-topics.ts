import { dataDirOf, withReader } from '../data-dir.ts';
import { storedTopics } from './stored-topics.ts';
import type { TopicLog } from './topic-log.ts';

/** Runs it on Kafka where the environment names brokers, else on the data of an embedded Winnow; `--data` always means the latter. */
export async function withTopics<T>(
  data: string | undefined,
  env: NodeJS.ProcessEnv,
  use: (log: TopicLog) => Promise<T>,
): Promise<T> {
  if (data === undefined && env.WINNOW_KAFKA_BROKERS) {
    const { openKafkaReader, readKafkaConfig } = await import('@winnow/kafka');
    const { kafkaTopics } = await import('./kafka-topics.ts');
    return use(kafkaTopics(openKafkaReader(readKafkaConfig(env))));
  }
  return withReader(dataDirOf(data, env), (reader) => use(storedTopics(reader)));
}

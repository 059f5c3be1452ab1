// Kafka and Redis that can be killed and started again on what they left.
import { applyTopics, type KafkaLog, openKafkaLog, readKafkaConfig, withAdmin } from '@winnow/kafka';
import { type Restartable, restartable } from '../integration/kafka-fixtures/restart.ts';
import { type RestartableRedis, startRestartable } from '../integration/redis-fixtures/restartable.ts';
import { startKafka } from '../servers/index.ts';

export interface Servers {
  readonly kafka: Restartable;
  readonly redis: RestartableRedis;
  /** What services and `openLog` find them by. */
  readonly env: Readonly<Record<string, string>>;
  openLog(): KafkaLog;
  stop(): Promise<void>;
}

/** With Winnow's topics, empty. */
export async function startServers(partitions: number): Promise<Servers> {
  const [broker, redis] = await Promise.all([startKafka(), startRestartable()]);
  const env = { WINNOW_KAFKA_BROKERS: broker.broker, WINNOW_REDIS_URL: redis.url };
  const openLog = () => openKafkaLog(readKafkaConfig(env), { appendPatience: 60_000 });
  const log = openLog();
  const settings = { partitions, replicationFactor: 1, minInsyncReplicas: 1, retentionMs: -1 };
  await withAdmin(log.client, (admin) => applyTopics(admin, settings));
  await log.close();
  const kafka = restartable(broker);
  return {
    kafka,
    redis,
    env,
    openLog,
    async stop() {
      await Promise.all([kafka.stop(), redis.stop()]);
    },
  };
}

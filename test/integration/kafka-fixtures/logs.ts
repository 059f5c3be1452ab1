// Logs and topics on a broker that a test has started.
import { setTimeout as wait } from 'node:timers/promises';
import { applyTopics, type KafkaLog, type KafkaLogOptions, openKafkaLog, readKafkaConfig } from '@winnow/kafka';

export const topicSettings = { partitions: 2, replicationFactor: 1, minInsyncReplicas: 1, retentionMs: 86_400_000 };

export const openLog = (broker: string, options?: KafkaLogOptions): KafkaLog =>
  openKafkaLog(readKafkaConfig({ WINNOW_KAFKA_BROKERS: broker }), options);

/** Runs it with an admin client that is connected. */
export async function withAdmin<T>(
  log: KafkaLog,
  use: (admin: ReturnType<KafkaLog['client']['kafka']['admin']>) => Promise<T>,
): Promise<T> {
  const admin = log.client.kafka.admin();
  await admin.connect();
  try {
    return await use(admin);
  } finally {
    await admin.disconnect();
  }
}

export const makeTopics = (log: KafkaLog) => withAdmin(log, (admin) => applyTopics(admin, topicSettings));

/** As on a new broker. */
export const removeTopics = (log: KafkaLog) =>
  withAdmin(log, async (admin) => {
    const topics = (await admin.listTopics()).filter((name) => name.startsWith('winnow.'));
    await admin.deleteTopics({ topics });
    await untilAsync(async () => !(await admin.listTopics()).some((name) => topics.includes(name)));
  });

/** Resolves when it holds; rejects after two minutes: only what hangs takes so long. */
export async function untilAsync(holds: () => boolean | Promise<boolean>, what = 'what is awaited'): Promise<void> {
  for (const end = performance.now() + 120_000; !(await holds()); await wait(20))
    if (performance.now() > end) throw new Error(`waited two minutes for ${what}`);
}

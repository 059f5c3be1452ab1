import type { KafkaLog } from '@winnow/kafka';
import { describeEventLog } from '@winnow/stream/contract';
import { afterAll, beforeAll, describe } from 'vitest';
import { type Kafka, missingServer, startKafka } from '../servers/index.ts';
import { makeTopics, openLog, untilAsync, withAdmin } from './kafka-fixtures/logs.ts';

describe.skipIf(missingServer('kafka'))('on a real broker', () => {
  let kafka: Kafka;
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(() => kafka?.stop());

  describeEventLog('Kafka', async () => {
    let log = openLog(kafka.broker);
    await makeTopics(log);
    return {
      log,
      async reopen() {
        await log.close();
        log = openLog(kafka.broker);
        return log;
      },
      close: () => removeAll(log),
    };
  });

  /** The next test begins with empty topics. */
  async function removeAll(log: KafkaLog): Promise<void> {
    await withAdmin(log, async (admin) => {
      const topics = (await admin.listTopics()).filter((name) => name.startsWith('winnow.'));
      await admin.deleteTopics({ topics });
      await untilAsync(async () => !(await admin.listTopics()).some((name) => topics.includes(name)));
    });
    await log.close();
  }
});

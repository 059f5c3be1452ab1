import { describeEventLog } from '@winnow/stream/contract';
import { afterAll, beforeAll, describe } from 'vitest';
import { type Kafka, missingServer, startKafka } from '../servers/index.ts';
import { makeTopics, openLog, removeTopics } from './kafka-fixtures/logs.ts';

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
      // The next test begins with empty topics.
      async close() {
        await removeTopics(log);
        await log.close();
      },
    };
  });
});

import type { LedgerReading } from '@winnow/sqlite';
import { dataDirOf, withReader } from '../data-dir.ts';

/** Of Kafka and Redis where the environment names brokers, else of the data of an embedded Winnow; `--data` always means the latter. */
export async function readLedger(data: string | undefined, env: NodeJS.ProcessEnv): Promise<LedgerReading> {
  if (data !== undefined || !env.WINNOW_KAFKA_BROKERS)
    return withReader(dataDirOf(data, env), (reader) => reader.ledger());
  const { openKafkaReader, readKafkaConfig } = await import('@winnow/kafka');
  const { openRedis, readRedisConfig } = await import('@winnow/redis');
  const { readScaledLedger } = await import('./scaled-ledger.ts');
  const reader = openKafkaReader(readKafkaConfig(env));
  const { readCommitted, close } = await openRedis(readRedisConfig(env));
  try {
    const { overtaken, ...reading } = await readScaledLedger({ reader, readCommitted });
    if (overtaken > 0)
      process.stderr.write(
        `Retention removed ${overtaken} records before they were decided: nobody knows their items.\n`,
      );
    return reading;
  } finally {
    await close();
  }
}

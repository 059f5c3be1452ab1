import type { Admin } from 'kafkajs';
import type { KafkaClient } from './client.ts';
import { failureOf } from './failures.ts';
import { persist } from './patience.ts';
import { TopicsRefused } from './topics.ts';

/** Milliseconds for which the brokers are tried, because they may only be starting. */
const CONNECTS_WITHIN = 10_000;

/** Runs it with an admin client that is connected. @throws LogUnavailable; Error that says what to do where waiting does not mend it. */
export async function withAdmin<T>({ kafka, brokers }: KafkaClient, use: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  const patience = { signal: new AbortController().signal, within: CONNECTS_WITHIN };
  try {
    await persist(() => admin.connect(), patience);
    return await use(admin);
  } catch (error) {
    throw error instanceof TopicsRefused ? error : failureOf(error, `Kafka at ${brokers} cannot be used`);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

// Reads single records of a log that knows subscriptions only.
import type { EventLog, LogRecord } from '@winnow/stream';
import type { Position } from './core.ts';

/** Milliseconds after which a record that does not come is taken to be gone. */
const PATIENCE = 2_000;

/** A reader of single records; undefined where the record has been compacted or has expired. */
export function positionReader(log: EventLog): (position: Position) => Promise<LogRecord | undefined> {
  return async ({ topic, partition, offset }) => {
    const { promise, resolve, reject } = Promise.withResolvers<LogRecord | undefined>();
    const timer = setTimeout(() => resolve(undefined), PATIENCE);
    const subscription = log.subscribe(
      { topic, partition, from: offset, maxBatch: 1, passing: true },
      async ([record]) => {
        if (record) resolve(record);
      },
    );
    subscription.done.catch(reject);
    try {
      const record = await promise;
      return record?.offset === offset ? record : undefined;
    } finally {
      clearTimeout(timer);
      await subscription.close();
    }
  };
}

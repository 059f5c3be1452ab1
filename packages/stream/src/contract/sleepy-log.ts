// The log of a worker that is stopped between commit and publish, and woken later.
import type { EventLog } from '../ports.ts';

export interface SleepyLog extends EventLog {
  /** Resolves when it is about to append for the first time, and falls asleep. */
  readonly asleep: Promise<void>;
  wake(): void;
}

export function sleepyLog(log: EventLog): SleepyLog {
  const asleep = Promise.withResolvers<void>();
  const woken = Promise.withResolvers<void>();
  return {
    subscribe: log.subscribe,
    end: log.end,
    asleep: asleep.promise,
    wake: woken.resolve,
    async append(records) {
      asleep.resolve();
      await woken.promise;
      return log.append(records);
    },
  };
}

// How a process of the intake writes to a log that it does not read: what it tells of that.
import type { Envelope, MetricFamily, Source } from '@winnow/contracts';
import type { EventLog } from '@winnow/stream';
import { observationRecord } from './observation-record.ts';

export interface IntakeAppend {
  /** Resolves when all are durable, in the partition of their cluster. @throws LogUnavailable */
  append(envelopes: readonly Envelope[]): Promise<void>;
  /** Why nothing can be taken now; undefined where the last append went through. */
  ready(): string | undefined;
  readMetrics(): readonly MetricFamily[];
}

export function createIntakeAppend(log: Pick<EventLog, 'append'>, partitions: number): IntakeAppend {
  const appended = new Map<Source, number>();
  let failures = 0;
  let trouble: string | undefined = 'nothing has been appended to the log yet';

  return {
    async append(envelopes) {
      try {
        await log.append(envelopes.map((envelope) => observationRecord(envelope, partitions)));
      } catch (error) {
        failures++;
        trouble = `the log cannot be written: ${error instanceof Error ? error.message : error}`;
        throw error;
      }
      trouble = undefined;
      for (const { source, items } of envelopes) appended.set(source, (appended.get(source) ?? 0) + items.length);
    },
    ready: () => trouble,
    readMetrics: () => [
      {
        name: 'winnow_intake_items_total',
        type: 'counter',
        help: 'Items that this process has made durable.',
        samples: [...appended].map(([source, value]) => ({ labels: { source }, value })),
      },
      {
        name: 'winnow_intake_append_failures_total',
        type: 'counter',
        help: 'Appends that failed: whoever sent them still owns them.',
        samples: [{ labels: {}, value: failures }],
      },
    ],
  };
}

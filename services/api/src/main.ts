// Runs the reading side: follows the log of each partition and serves what it tells.
import { topics } from '@winnow/contracts';
import { type EventLog, inShares, type Subscription } from '@winnow/stream';
import { type AlertIndex, createAlertIndex } from './core/alert-index.ts';
import { createIncidentSource, followIncidents, type IncidentSource, positionReader } from './incident-source.ts';

export interface StartApi {
  readonly log: EventLog;
  readonly partitions: number;
  readonly example?: boolean;
  readonly keepClosed?: number;
}

export interface RunningApi {
  readonly source: IncidentSource;
  readonly alerts: AlertIndex;
  readonly readRecord: IncidentSource['readRecord'];
  /** Rejects where the log cannot be followed. */
  readonly done: Promise<void>;
  close(): Promise<void>;
}

/** The read model and the index of alerts over a log: what `registerApi` is given. */
export function startApi({ log, partitions, ...options }: StartApi): RunningApi {
  const readRecord = positionReader(log);
  const source = createIncidentSource({ readRecord, ...options });
  const alerts = createAlertIndex();
  const following = Array.from({ length: partitions }, (_, partition) => [
    ...followIncidents(source, log, partition),
    followAlerts(alerts, log, partition),
  ]).flat();
  return {
    source,
    alerts,
    readRecord,
    done: Promise.all(following.map((each) => each.done)).then(() => undefined),
    async close() {
      await Promise.all(following.map((each) => each.close()));
    },
  };
}

function followAlerts(alerts: AlertIndex, log: EventLog, partition: number): Subscription {
  return log.subscribe({ topic: topics.observations.name, partition, from: 0 }, (batch) =>
    inShares(batch, alerts.apply),
  );
}

// Runs the reading side: follows the log of each partition and serves what it tells.
import { type Envelope, type TopicName, topics } from '@winnow/contracts';
import { type EventLog, inShares, type LogRecord, type Subscription } from '@winnow/stream';
import { type AlertIndex, createAlertIndex } from './core/alert-index.ts';
import { createDeadLetterIndex, type DeadLetterIndex } from './core/dead-letter-index.ts';
import { createFleetModel, type FleetModel } from './core/fleet-model.ts';
import { createSilenceIndex, type SilenceIndex } from './core/silence-index.ts';
import { createDeadLetterWriter, type DeadLetterWriter } from './dead-letter-writer.ts';
import { createFindFiring } from './firing-alerts.ts';
import { createFoldProgress, type FoldProgress } from './fold-progress.ts';
import { createIncidentSource, followIncidents, type IncidentSource, positionReader } from './incident-source.ts';
import { createOperatorLog, type OperatorLog } from './operator-log.ts';
import { createSilenceWriter, type SilenceWriter } from './silence-writer.ts';

export interface StartApi {
  readonly log: EventLog;
  readonly partitions: number;
  readonly example?: boolean;
  readonly keepClosed?: number;
  /** The tenant of what people do (default `default`). */
  readonly tenant?: string;
  /** What could not be written anew, to be tried again in a while. */
  readonly onProblem?: (error: unknown) => void;
  /** A dead letter has been replayed: this has arrived. */
  readonly onReplayed?: (envelope: Envelope) => void;
}

export interface RunningApi {
  readonly source: IncidentSource;
  readonly alerts: AlertIndex;
  readonly silences: SilenceIndex;
  readonly silenceWriter: SilenceWriter;
  /** What people do goes into the log this way, and is seen by whoever asks next. */
  readonly operators: OperatorLog;
  readonly fleet: FleetModel;
  /** The installation's own. */
  readonly tenant: string;
  readonly deadLetters: DeadLetterIndex;
  readonly deadLetterWriter: DeadLetterWriter;
  readonly readRecord: IncidentSource['readRecord'];
  /** Rejects where the log cannot be followed. */
  readonly done: Promise<void>;
  close(): Promise<void>;
}

/** How often silences are looked through for those that the log might forget, milliseconds. */
const RENEW_EVERY = 600_000;

/** The read model and the indexes of alerts and silences over a log: what `registerApi` is given. */
export function startApi({
  log,
  partitions,
  tenant = 'default',
  onProblem = () => undefined,
  onReplayed = () => undefined,
  ...options
}: StartApi): RunningApi {
  const readRecord = positionReader(log);
  const source = createIncidentSource({ readRecord, ...options });
  const alerts = createAlertIndex();
  const silences = createSilenceIndex();
  const progress = createFoldProgress();
  const operators = createOperatorLog({ log, partitions, tenant, now: Date.now, folded: progress.until });
  const fleet = createFleetModel();
  const deadLetters = createDeadLetterIndex();
  const letterProgress = createFoldProgress();
  const deadLetterWriter = createDeadLetterWriter({
    ...{ log, index: deadLetters, readRecord, now: Date.now, folded: letterProgress.until, onReplayed },
  });
  const findFiring = createFindFiring({ alerts, readRecord, now: Date.now });
  const silenceWriter = createSilenceWriter({ index: silences, operators, findFiring, now: Date.now });
  const renewing = setInterval(() => void silenceWriter.renew().catch(onProblem), RENEW_EVERY).unref();
  const following = Array.from({ length: partitions }, (_, partition) => [
    ...followIncidents(source, log, partition),
    followTopic(topics.observations.name, [alerts.apply, silences.apply], progress, log, partition),
    log.subscribe({ topic: topics.fleetIncidents.name, partition, from: 0 }, (batch) => inShares(batch, fleet.apply)),
    followTopic(topics.deadLetters.name, [deadLetters.apply], letterProgress, log, partition),
  ]).flat();
  return {
    source,
    alerts,
    silences,
    silenceWriter,
    operators,
    fleet,
    tenant,
    deadLetters,
    deadLetterWriter,
    readRecord,
    done: Promise.all(following.map((each) => each.done)).then(() => undefined),
    async close() {
      clearInterval(renewing);
      await Promise.all(following.map((each) => each.close()));
    },
  };
}

function followTopic(
  topic: TopicName,
  folds: readonly ((record: LogRecord) => void)[],
  progress: FoldProgress,
  log: EventLog,
  partition: number,
): Subscription {
  return log.subscribe({ topic, partition, from: 0 }, async (batch) => {
    await inShares(batch, (record) => {
      for (const fold of folds) fold(record);
    });
    const last = batch.at(-1);
    if (last) progress.reached(partition, last.offset);
  });
}

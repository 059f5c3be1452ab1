// The embedded flow behind `up`: data directory, pipeline, read model, and what is counted about them.
import { type RunningApi, readApiConfig, startApi } from '@winnow/api';
import { readContextConfig } from '@winnow/context';
import { type Envelope, readRateSettings } from '@winnow/contracts';
import type { StartNotify } from '@winnow/notify';
import { deterministicInvestigator, readRcaConfig } from '@winnow/rca';
import { openSqlite, readLedger, type Sqlite } from '@winnow/sqlite';
import type { ClusterReaders, CommitInfo, Tracer } from '@winnow/stream';
import type { Logger } from '@winnow/telemetry';
import { type LimitedIntake, limitIntake } from '../ingest/limit-intake.ts';
import { type Pipeline, pipelineConsumers, startPipeline } from '../pipeline.ts';
import type { DrainStep } from '../process/termination.ts';
import type { UpConfig } from './config.ts';
import { createFlowMeter, type FlowMeter } from './flow-meter.ts';

export interface Flow {
  readonly sqlite: Sqlite;
  readonly pipeline: Pipeline;
  readonly api: RunningApi;
  /** The labels of `WINNOW_ALERT_GROUP_BY`. */
  readonly groupAlertsBy: readonly string[];
  readonly meter: FlowMeter;
  /** True where items had arrived before this start. */
  readonly hasHistory: boolean;
  /** Resolves when all are durable. @throws LogUnavailable */
  append(envelopes: readonly Envelope[]): Promise<void>;
  /** Holds what is posted and what is read to the budgets of its cluster. */
  readonly intake: LimitedIntake;
  /** In order. */
  drainSteps(): readonly DrainStep[];
}

export interface StartFlow {
  readonly data: string;
  readonly config: UpConfig;
  readonly env: NodeJS.ProcessEnv;
  readonly logger: Logger;
  readonly tracer: Tracer | undefined;
  readonly onCommit: (info: CommitInfo) => void;
  /** Live clusters, for look-ups. */
  readonly readers?: ClusterReaders;
  /** Who is told of incidents. */
  readonly notify: Pick<StartNotify, 'receivers' | 'externalUrl'>;
}

/** Milliseconds. */
const SWEEP_EVERY = 60_000;

/** @throws DataDirBusy, StateDamaged, StateNewer, LogUnavailable */
export async function startFlow(options: StartFlow): Promise<Flow> {
  const { data, config, env, logger, tracer, onCommit, readers, notify } = options;
  const { maxAgeMs, maxBytes } = config;
  const consumers = pipelineConsumers(notify.receivers.length);
  const sqlite = openSqlite({ dir: data, retention: { maxAgeMs, maxBytes, consumers } });
  const { cells, ...behind } = readLedger(data);
  const meter = createFlowMeter(behind);
  const investigator = deterministicInvestigator({ threads: readRcaConfig(env).WINNOW_RCA_THREADS });
  const pipeline = await startPipeline({
    log: sqlite.log,
    store: sqlite.store,
    investigator,
    concurrency: readContextConfig(env).WINNOW_CONTEXT_CONCURRENCY,
    ...(tracer && { tracer }),
    ...(readers && { readers }),
    notify,
    fleet: true,
    onCommit(info) {
      meter.committed(info);
      onCommit(info);
    },
    onCrash: (part, error) => logger.error({ err: error, part }, 'a part has crashed and is started again'),
  });
  const {
    WINNOW_API_KEEP_CLOSED: keepClosed,
    WINNOW_TENANT: tenant,
    WINNOW_ALERT_GROUP_BY: groupAlertsBy,
  } = readApiConfig(env);
  const onProblem = (error: unknown) => logger.warn({ err: error }, 'silences could not be written anew');
  const onReplayed = (envelope: Envelope) => meter.appended([envelope]);
  const api = startApi({ log: sqlite.log, partitions: 1, keepClosed, tenant, onProblem, onReplayed });
  const sweeping = setInterval(() => {
    sqlite.sweep(Date.now()).catch((error: unknown) => logger.warn({ err: error }, 'old records could not be removed'));
  }, SWEEP_EVERY).unref();
  const append = meteredAppend(pipeline, meter);
  return {
    sqlite,
    pipeline,
    api,
    groupAlertsBy,
    meter,
    hasHistory: cells.length > 0 || Object.keys(meter.pending()).length > 0,
    append,
    intake: limitIntake({ settings: readRateSettings(env), load: meter, append }),
    drainSteps: () => [
      { name: 'stages', within: 4_000, run: () => pipeline.close() },
      { name: 'read model', within: 500, run: () => api.close() },
      { name: 'diagnosis threads', within: 500, run: () => investigator.close() },
      {
        name: 'data',
        within: 1_500,
        run: () => {
          clearInterval(sweeping);
          return sqlite.close();
        },
      },
    ],
  };
}

function meteredAppend(pipeline: Pipeline, meter: FlowMeter): Flow['append'] {
  return async (envelopes) => {
    try {
      meter.appended(envelopes, await pipeline.append(envelopes));
    } catch (error) {
      meter.refused();
      throw error;
    }
  };
}

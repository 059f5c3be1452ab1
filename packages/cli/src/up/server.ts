// The one port of `up`: alerts come in, incidents are read.
import { type IncidentSource, registerApi } from '@winnow/api';
import type { Envelope, ReadMetrics, SourceStatus } from '@winnow/contracts';
import type { Access } from '@winnow/http-auth';
import type { AlertIntakeConfig } from '@winnow/ingest-alerts';
import type { TraceTaker } from '@winnow/ingest-dependencies';
import type { Logger } from '@winnow/telemetry';
import type { FastifyInstance } from 'fastify';
import { createHttpServer, listenOn } from '../http/http-server.ts';
import type { ListenAddress } from '../http/listen-address.ts';
import { startHttpIntake } from '../ingest/http-intake.ts';
import type { Refusals } from '../process/refusals.ts';
import type { StageCounters } from '../process/stage-figures.ts';
import type { DrainStep } from '../process/termination.ts';
import type { Flow } from './flow.ts';
import { pressureOf } from './flow-meter.ts';

export interface StartServer {
  readonly flow: Flow;
  readonly logger: Logger;
  readonly address: ListenAddress;
  readonly intake: AlertIntakeConfig;
  /** Who may use it. */
  readonly access: Access;
  /** The cluster of what names none. */
  readonly cluster: string;
  /** Told when something real is durable. */
  readonly onArrival: (envelopes: readonly Envelope[]) => void;
  readonly refusals: Refusals;
  readonly stages: StageCounters;
  /** How the sources stand that are not behind this port, and what they show of themselves. */
  readonly sourceStatus?: () => readonly SourceStatus[];
  readonly readMetrics?: readonly ReadMetrics[];
  /** Takes bodies that are no list of items. */
  readonly takers?: readonly TraceTaker[];
  /** The example's incidents, while it is shown. */
  readonly example: () => IncidentSource | undefined;
}

export interface Server {
  /** With the port that was taken where 0 was asked for. */
  readonly address: ListenAddress;
  /** In order. */
  readonly drainSteps: readonly DrainStep[];
}

/** @throws CommandFailed where the address cannot be taken. */
export async function startServer(options: StartServer): Promise<Server> {
  const { flow, logger, address, access, refusals, stages, example } = options;
  const fastify = createHttpServer(access, logger);
  access.guard(fastify, (route, code) => {
    const source = route && intake.sourceOf(route);
    if (source) refusals.count(source, code);
  });
  const intake = startIntake(fastify, options);
  registerApi(fastify, {
    sources: () => [flow.api.source, ...[example() ?? []].flat()],
    alerts: flow.api.alerts,
    silences: flow.api.silences,
    operators: flow.api.operators,
    grantOf: access.grantOf,
    tenant: flow.api.tenant,
    fleet: flow.api.fleet,
    silenceWriter: flow.api.silenceWriter,
    deadLetters: flow.api.deadLetters,
    deadLetterWriter: flow.api.deadLetterWriter,
    groupBy: flow.groupAlertsBy,
    readRecord: flow.api.readRecord,
    ledger: () => flow.pipeline.ledger(),
    pending: flow.meter.pending,
    refused: refusals.list,
    stages: stages.list,
    sourceStatus: () => [...(options.sourceStatus?.() ?? []), ...(flow.pipeline.notify?.status() ?? [])],
    readMetrics: [
      intake.readMetrics,
      access.readMetrics,
      () => flow.pipeline.notify?.readMetrics() ?? [],
      flow.meter.readMetrics,
      flow.pipeline.readMetrics,
      flow.intake.readMetrics,
      ...(options.readMetrics ?? []),
    ],
    ready: () =>
      flow.meter.writable ? undefined : 'the log cannot be written now: see the disk of the data directory',
  });
  return {
    address: await listenOn(fastify, address),
    drainSteps: [
      { name: 'requests', within: 2_500, run: () => fastify.close().finally(access.stop) },
      { name: 'heartbeats', within: 500, run: intake.stop },
    ],
  };
}

function startIntake(fastify: FastifyInstance, options: StartServer) {
  const { flow, logger, intake, access, cluster, onArrival, refusals } = options;
  const running = startHttpIntake(fastify, {
    config: intake,
    ...{ cluster, access, refusals, logger },
    takers: options.takers ?? [],
    async append(envelopes) {
      await flow.append(envelopes);
      onArrival(envelopes);
    },
    appendHeartbeats: flow.append,
    pressure: () => pressureOf(flow.meter),
    admission: flow.intake.admission,
  });
  // What is known to be in trouble stays heard after a restart, before its senders come again.
  const { model, onChange } = flow.api.source;
  onChange((id) => {
    const known = model.get(id)?.incident;
    running.seen.add(known?.cluster ?? cluster, known?.tenant === flow.api.tenant ? undefined : known?.tenant);
  });
  return running;
}

// The one port of `up`: alerts come in, incidents are read.
import { type IncidentSource, registerApi } from '@winnow/api';
import { type IntakeDeps, registerAlertIntake } from '@winnow/ingest-alerts';
import type { Logger } from '@winnow/telemetry';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { CommandFailed } from '../failure.ts';
import { alertFormats } from './alert-formats.ts';
import type { Flow } from './flow.ts';
import { pressureOf } from './flow-meter.ts';
import { type ListenAddress, urlOf } from './listen-address.ts';
import type { Refusals } from './refusals.ts';
import type { StageCounters } from './stage-figures.ts';
import type { DrainStep } from './termination.ts';

export interface StartServer {
  readonly flow: Flow;
  readonly logger: Logger;
  readonly address: ListenAddress;
  readonly intake: Pick<IntakeDeps, 'tenant' | 'instance' | 'cluster' | 'append' | 'now' | 'seen' | 'pagerdutySecret'>;
  readonly refusals: Refusals;
  readonly stages: StageCounters;
  /** The example's incidents, while it is shown. */
  readonly example: () => IncidentSource | undefined;
}

export interface Server {
  /** With the port that was taken where 0 was asked for. */
  readonly address: ListenAddress;
  readonly drainStep: DrainStep;
}

/** @throws CommandFailed where the address cannot be taken. */
export async function startServer({
  flow,
  logger,
  address,
  intake,
  refusals,
  stages,
  example,
}: StartServer): Promise<Server> {
  const fastify: FastifyInstance = Fastify({
    // Typed as its base, so that the instance has the type that everybody takes.
    loggerInstance: logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    return503OnClosing: true,
    forceCloseConnections: 'idle',
  });
  registerAlertIntake(fastify, {
    ...intake,
    formats: alertFormats,
    pressure: () => pressureOf(flow.meter),
    refused: refusals.count,
  });
  registerApi(fastify, {
    sources: () => [flow.api.source, ...[example() ?? []].flat()],
    alerts: flow.api.alerts,
    readRecord: flow.api.readRecord,
    ledger: () => flow.pipeline.ledger(),
    pending: flow.meter.pending,
    refused: refusals.list,
    stages: stages.list,
    ready: () =>
      flow.meter.writable ? undefined : 'the log cannot be written now: see the disk of the data directory',
  });
  const port = await listen(fastify, address);
  return { address: { ...address, port }, drainStep: { name: 'requests', within: 2_500, run: () => fastify.close() } };
}

async function listen(fastify: FastifyInstance, address: ListenAddress): Promise<number> {
  try {
    await fastify.listen(address);
  } catch (error) {
    throw new CommandFailed(`cannot listen on ${urlOf(address)}: ${toldOf(error as NodeJS.ErrnoException)}`, 2, {
      cause: error,
    });
  }
  const bound = fastify.server.address();
  return typeof bound === 'object' && bound ? bound.port : address.port;
}

function toldOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'EADDRINUSE') return 'something listens there already. Stop it, or give another address with --listen.';
  if (code === 'EACCES') return 'this user may not. Give a port above 1023 with --listen.';
  return message;
}

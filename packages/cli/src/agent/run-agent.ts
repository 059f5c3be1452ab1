// From the options of `winnow agent` to its end: every source of one cluster, a buffer on the disk, and the way from there to Kafka.
import { registerHealthRoutes } from '@winnow/api';
import { topics } from '@winnow/contracts';
import { readAlertIntakeConfig } from '@winnow/ingest-alerts';
import { openKafkaLog, readKafkaConfig } from '@winnow/kafka';
import { openCheckpoints } from '@winnow/sqlite';
import { createLogger, startTelemetry } from '@winnow/telemetry';
import { dataDirOf } from '../data-dir.ts';
import { accessOf } from '../http/access.ts';
import { createHttpServer, listenOn } from '../http/http-server.ts';
import { parseListen, urlOf } from '../http/listen-address.ts';
import { readAuditLogs } from '../ingest/audit-logs.ts';
import { startHttpIntake } from '../ingest/http-intake.ts';
import { limitIntake } from '../ingest/limit-intake.ts';
import { startOtherSources } from '../ingest/other-sources.ts';
import { createSenders } from '../ingest/senders.ts';
import { watchClusters } from '../ingest/watch-clusters.ts';
import { openClusters } from '../live/open-clusters.ts';
import { createRefusals } from '../process/refusals.ts';
import { awaitTermination, drain } from '../process/termination.ts';
import { failureOf, untilEnd } from '../process/until-end.ts';
import { tellRunning } from '../running-up.ts';
import { openBuffer } from './buffer.ts';
import { readBufferLimit } from './config.ts';
import { agentFamilies, forwardStatus } from './figures.ts';
import { startForward } from './forward.ts';
import { openForwardPlace } from './forward-place.ts';
import { createShedding } from './shedding.ts';

export interface AgentOptions {
  readonly listen: string;
  readonly insecureListen: boolean;
  readonly cluster?: string;
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly inCluster?: true;
  readonly auditLog: readonly string[];
  readonly data?: string;
}

const say = (text: string) => process.stderr.write(`${text}\n`);

/** Milliseconds: what has been forwarded is removed so often. */
const TIDY_EVERY = 2_000;
/** Milliseconds that what is in the buffer may take on its way at the end; the rest goes at the next start. */
const LAST_FORWARD = 3_000;

/** Resolves never: the process ends when everything has drained after a signal. @throws CommandFailed, SettingsWrong, DataDirBusy, StateDamaged, StateNewer */
export async function runAgent(options: AgentOptions, given: NodeJS.ProcessEnv = process.env): Promise<void> {
  // Beside an intake for all clusters this one is a source of its own.
  const env = { ...given, WINNOW_INSTANCE: given.WINNOW_INSTANCE || 'agent' };
  const address = parseListen(options.listen);
  const data = dataDirOf(options.data, env);
  const kafka = readKafkaConfig(env);
  const limit = readBufferLimit(env);
  const auditLogs = [...options.auditLog, ...readAuditLogs(env)];
  const intake = readAlertIntakeConfig(env);
  const { WINNOW_TENANT: tenant, WINNOW_INSTANCE: instance } = intake;
  const cluster = options.cluster ?? options.context ?? 'default';
  const logger = createLogger('agent', { env });
  const telemetry = startTelemetry(env);
  const access = accessOf({ env, address, insecure: options.insecureListen, intake, logger });
  const termination = awaitTermination(say);
  const clusters = watches(options) ? await openClusters({ ...wanted(options, cluster), env }) : [];

  const refusals = createRefusals();
  const senders = createSenders();
  const buffer = openBuffer({ data, limit });
  const { append, appendOnce, readMetrics: readShed } = createShedding(buffer);
  const limits = limitIntake({ settings: intake, append: appendOnce });
  const checkpoints = openCheckpoints(data);
  if (checkpoints.damage) logger.warn(`${checkpoints.damage}: sources begin anew`);
  const log = openKafkaLog(kafka, {
    // What is given up is forwarded again here, and a stop need not wait for it.
    appendPatience: 2_000,
    onWarning: (message, details) => logger.debug(details, message),
  });
  const place = await openForwardPlace(buffer.sqlite.store);
  const forward = startForward({
    ...{ buffer, place, log },
    producer: `agent/${cluster}/${place.id}`,
    partitions: () => log.partitionsOf(topics.observations.name),
    onTrouble: createTroubleTeller((error) => logger.warn({ err: error }, 'nothing can be forwarded now: it is kept')),
  });
  const view = { buffer, forward };
  const tidying = setInterval(() => {
    buffer.tidy().catch((error: unknown) => logger.warn({ err: error }, 'what was forwarded could not be removed'));
  }, TIDY_EVERY).unref();

  const shared = { cluster, tenant, checkpoints, env, logger };
  const others = startOtherSources({
    ...{ ...shared, instance, append: limits.append, auditLogs },
    pressure: () => undefined,
  });
  const watched = clusters.length > 0 ? watchClusters({ ...shared, clusters, append: limits.append }) : undefined;
  const fastify = createHttpServer(access, logger);
  access.guard(fastify, (route, code) => {
    const source = route && posted.sourceOf(route);
    if (source) refusals.count(source, code);
  });
  const posted = startHttpIntake(fastify, {
    config: intake,
    ...{ cluster, access, refusals, logger },
    takers: others.takers,
    admission: limits.admission,
    async append(envelopes) {
      await append(envelopes);
      senders.note(envelopes);
    },
    appendHeartbeats: appendOnce,
  });
  const { brokers } = log.client;
  const sources = () => [
    ...(watched?.status() ?? []),
    ...senders.status(),
    ...others.status(),
    forwardStatus(view, cluster, brokers),
  ];
  const families = [
    posted.readMetrics,
    others.readMetrics,
    access.readMetrics,
    readShed,
    limits.readMetrics,
    watched?.readMetrics,
  ];
  fastify.get('/api/v1/sources', sources);
  registerHealthRoutes(fastify, {
    // It is ready for as long as it can take: that nothing can be forwarded is what it is there for.
    ready: buffer.ready,
    metrics: () => ({
      ...{ ledger: [], pending: {}, stages: [], incidents: {}, refused: refusals.list() },
      families: [...agentFamilies(view), ...families.flatMap((read) => read?.() ?? [])],
    }),
  });
  const listening = await listenOn(fastify, address);
  const url = urlOf(listening, access.https ? 'https' : 'http');
  const untell = tellRunning(data, { url, since: new Date().toISOString(), agent: { maxBytes: limit } });
  logger.info({ url, cluster, brokers, producer: `agent/${cluster}/${place.id}` }, 'up');

  const fault = await untilEnd(termination.signal, [forward.done, failureOf(watched?.done)]);
  if (fault) logger.fatal({ err: fault }, 'it cannot go on');
  untell();
  clearInterval(tidying);
  const late = await drain([
    { name: 'requests', within: 2_500, run: () => fastify.close().finally(access.stop) },
    { name: 'heartbeats', within: 500, run: posted.stop },
    { name: 'budgets', within: 500, run: limits.stop },
    ...(watched ? [watched.drainStep] : []),
    others.drainStep,
    { name: 'forwarding', within: LAST_FORWARD + 500, run: () => finishForwarding(view) },
    { name: 'Kafka', within: 3_000, run: log.close },
    { name: 'buffer', within: 1_500, run: buffer.close },
    { name: 'traces', within: 1_000, run: telemetry.stop },
  ]);
  if (late.length > 0) say(`Not drained in time: ${late.join(', ')}. What was taken is on the disk.`);
  // Threads and sockets that hang must not keep the process.
  process.exit(fault || late.length > 0 ? 1 : 0);
}

const watches = ({ context, inCluster }: AgentOptions) => context !== undefined || inCluster === true;

function wanted({ context, kubeconfig, inCluster }: AgentOptions, name: string) {
  return {
    contexts: context === undefined ? [] : [{ context, name }],
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(inCluster && { inCluster: { name } }),
  };
}

/** What is left when the time is over goes at the next start. */
async function finishForwarding({
  buffer,
  forward,
}: {
  buffer: { next: number };
  forward: ReturnType<typeof startForward>;
}) {
  const end = performance.now() + LAST_FORWARD;
  while (forward.offset < buffer.next && forward.trouble === undefined && performance.now() < end)
    await new Promise((resolve) => setTimeout(resolve, 20));
  await forward.close();
}

/** The same trouble is told once a minute. */
function createTroubleTeller(tell: (error: unknown) => void): (error: unknown) => void {
  let last = '';
  let at = Number.NEGATIVE_INFINITY;
  return (error) => {
    const text = String(error);
    if (text === last && performance.now() - at < 60_000) return;
    [last, at] = [text, performance.now()];
    tell(error);
  };
}

// From the environment of `winnow service NAME` to the end of the process.
import { type MetricsSnapshot, registerHealthRoutes } from '@winnow/api';
import { topics } from '@winnow/contracts';
import type { Access } from '@winnow/http-auth';
import { readAlertIntakeConfig } from '@winnow/ingest-alerts';
import { type KafkaLog, openKafkaLog, readKafkaConfig } from '@winnow/kafka';
import { type OpenedRedis, openRedis, readRedisConfig } from '@winnow/redis';
import type { OwnedPart } from '@winnow/stream';
import { createLogger, type Logger, startTelemetry } from '@winnow/telemetry';
import type { FastifyInstance } from 'fastify';
import { accessOf } from '../http/access.ts';
import { createHttpServer, listenOn } from '../http/http-server.ts';
import { parseListen, urlOf } from '../http/listen-address.ts';
import { openWaitingRoom } from '../http/waiting-room.ts';
import { createStageCounters } from '../process/stage-figures.ts';
import { awaitTermination, drain } from '../process/termination.ts';
import { untilEnd } from '../process/until-end.ts';
import { readServiceConfig } from './config.ts';
import { lagFamilies, tellTrouble, whyStuck } from './kafka-figures.ts';
import { joinGroup } from './own-partitions.ts';
import type { OwnedPartitions, RunningService, ServiceDefinition, ServiceHost } from './service.ts';
import { untilReachable } from './until-reachable.ts';

/** Resolves never: the process ends when everything has drained after a signal. @throws SettingsWrong, CommandFailed */
export async function runService(definition: ServiceDefinition, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const { name } = definition;
  const config = readServiceConfig(env);
  const kafka = readKafkaConfig(env);
  const redisConfig = readRedisConfig(env);
  const address = parseListen(config.WINNOW_LISTEN);
  const logger = createLogger(name, { env }).child({ instance: config.instance });
  const termination = awaitTermination((text) => logger.info(text));
  const telemetry = startTelemetry(env);
  const access = accessOf({
    ...{ env, address, logger, intake: readAlertIntakeConfig(env) },
    insecure: config.WINNOW_INSECURE_LISTEN === 'true' || definition.figuresOnly === true,
  });
  const grace = config.WINNOW_SHUTDOWN_GRACE_SECONDS * 1000;
  const sessionTimeout = config.WINNOW_SESSION_TIMEOUT_SECONDS * 1000;

  const reach = <T>(question: () => Promise<T>) => untilReachable(logger, termination.signal, question);
  // Whoever needs the brokers says what is wrong with them; the library says it many times a second.
  const log = openKafkaLog(kafka, { onWarning: (message, details) => logger.debug(details, message) });
  const room = openWaitingRoom(address, `Kafka at ${log.client.brokers} cannot be reached yet`);
  const partitions = await reach(() => log.partitionsOf(topics.observations.name)).finally(room.close);
  const redis = openOnce(() => reach(() => openStore(redisConfig, logger)));
  const stages = createStageCounters();
  const owned: OwnedPartitions<OwnedPart>[] = [];
  const fastify = createHttpServer(access, logger);
  access.guard(fastify);
  const host: ServiceHost = {
    ...{ name, env, config, logger, log, partitions, fastify, access },
    instance: config.instance,
    tracer: telemetry.tracer,
    store: async () => (await redis.get()).store,
    readCommitted: async () => (await redis.get()).readCommitted,
    checkpoints: async () => (await redis.get()).checkpoints,
    async ownPartitions(options) {
      const joined = await joinGroup({ name, log, logger, onCommit: stages.committed, sessionTimeout, grace }, options);
      owned.push(joined);
      return joined;
    },
  };
  const service = await definition.start(host);
  registerHealth(fastify, {
    service,
    owned,
    log,
    access,
    stuckAfter: config.WINNOW_STUCK_SECONDS,
    stages: stages.list,
  });
  const listening = await listenOn(fastify, address);
  const untell = tellTrouble(log, logger);
  logger.info({ url: urlOf(listening, access.https ? 'https' : 'http'), partitions }, 'up');

  const fault = await untilEnd(termination.signal, [service.done, ...owned.map(({ done }) => done)]);
  untell();
  if (fault) logger.fatal({ err: fault }, 'it cannot go on');
  const steps = [
    { name: 'requests', within: grace, run: () => fastify.close().finally(access.stop) },
    ...owned.map(({ drainStep }) => drainStep),
    ...service.drainSteps,
    { name: 'log', within: grace, run: log.close },
    { name: 'store', within: 1_000, run: redis.close },
    { name: 'traces', within: 1_000, run: telemetry.stop },
  ];
  const late = await drain(steps, grace);
  if (late.length > 0) logger.error({ late }, 'not drained in time: the rest goes on where this left off');
  // Threads and sockets that hang must not keep the process.
  process.exit(fault || late.length > 0 ? 1 : 0);
}

interface Health {
  readonly service: RunningService;
  readonly owned: readonly OwnedPartitions<OwnedPart>[];
  readonly log: KafkaLog;
  readonly access: Access;
  readonly stuckAfter: number;
  readonly stages: () => MetricsSnapshot['stages'];
}

function registerHealth(fastify: FastifyInstance, { service, owned, log, access, stuckAfter, stages }: Health): void {
  const nothing = { ledger: [], pending: {}, refused: [], stages: [], incidents: {}, families: [] };
  registerHealthRoutes(fastify, {
    healthy: () => whyStuck(log, stuckAfter),
    ready: () => owned.map((each) => each.ready()).find((why) => why !== undefined) ?? service.ready?.(),
    metrics() {
      const families = [
        ...lagFamilies(
          log,
          owned.flatMap((each) => each.list()),
        ),
        ...access.readMetrics(),
        ...(service.readMetrics?.() ?? []),
      ];
      return { ...nothing, stages: stages(), ...service.metrics?.(), families };
    },
  });
}

async function openStore(config: Parameters<typeof openRedis>[0], logger: Logger): Promise<OpenedRedis> {
  const opened = await openRedis(config, { onError: (error) => logger.warn({ err: error }, 'Redis') });
  for (const weakness of opened.weaknesses) logger.warn(weakness);
  return opened;
}

/** What is opened with its first use, by whoever comes first. */
function openOnce(open: () => Promise<OpenedRedis>) {
  let opened: Promise<OpenedRedis> | undefined;
  return {
    get: () => (opened ??= open()),
    close: async () => (await opened)?.close(),
  };
}

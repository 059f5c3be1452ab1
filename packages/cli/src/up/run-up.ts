// From the options of `winnow up` to its end.
import { readAlertIntakeConfig } from '@winnow/ingest-alerts';
import { openCheckpoints } from '@winnow/sqlite';
import type { CommitInfo } from '@winnow/stream';
import { createLogger, startTelemetry } from '@winnow/telemetry';
import { dataDirOf } from '../data-dir.ts';
import { accessOf } from '../http/access.ts';
import { parseListen, urlOf } from '../http/listen-address.ts';
import { startOtherSources } from '../ingest/other-sources.ts';
import { createSenders } from '../ingest/senders.ts';
import { watchClusters } from '../ingest/watch-clusters.ts';
import { openReaders } from '../live/open-readers.ts';
import { createRefusals } from '../process/refusals.ts';
import { createStageCounters } from '../process/stage-figures.ts';
import { awaitTermination, drain } from '../process/termination.ts';
import { failureOf, untilEnd } from '../process/until-end.ts';
import { screenOf } from '../render/style.ts';
import { tellRunning } from '../running-up.ts';
import { createAnnouncer } from './announce.ts';
import { bannerOf } from './banner.ts';
import { readUpConfig } from './config.ts';
import { startFlow } from './flow.ts';
import { pressureOf } from './flow-meter.ts';
import { startServer } from './server.ts';
import { type ShownExample, showExample } from './show-example.ts';
import { type ExplainedTeller, tellExplained } from './tell-explained.ts';
import { tellSources } from './tell-sources.ts';
import { whoIsTold } from './who-is-told.ts';

export interface UpOptions {
  readonly listen: string;
  readonly cluster: string;
  readonly example: boolean;
  readonly insecureListen: boolean;
  readonly data?: string;
  readonly notify: readonly string[];
  readonly context: readonly string[];
  readonly auditLog: readonly string[];
  readonly kubeconfig?: string;
  readonly inCluster?: true;
}

const say = (text: string) => process.stderr.write(`${text}\n`);

/** Resolves when everything has drained after a signal. @throws CommandFailed, DataDirBusy, StateDamaged, StateNewer */
export async function runUp(options: UpOptions, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const address = parseListen(options.listen);
  const config = readUpConfig(env);
  const intake = readAlertIntakeConfig(env);
  const data = dataDirOf(options.data, env);
  const logger = createLogger('winnow', { env, level: 'warn' });
  const access = accessOf({ env, address, insecure: options.insecureListen, intake, logger });
  const telemetry = startTelemetry(env);
  const termination = awaitTermination(say);
  const announcer = createAnnouncer((text) => process.stdout.write(text), screenOf(process.stdout, env));
  const stages = createStageCounters();
  const refusals = createRefusals();
  const listeners: ((info: CommitInfo) => void)[] = [stages.committed];
  const onCommit = (info: CommitInfo) => {
    for (const listener of listeners) listener(info);
  };

  const { context: contexts, kubeconfig, inCluster = false, cluster } = options;
  const { clusters, readers } = await openReaders({
    ...{ contexts, inCluster, cluster, env },
    ...(kubeconfig !== undefined && { kubeconfig }),
  });
  const notify = whoIsTold(options.notify, env, urlOf(address, access.https ? 'https' : 'http'));
  const flow = await startFlow({
    data,
    config,
    env,
    logger,
    tracer: telemetry.tracer,
    onCommit,
    notify,
    ...(readers && { readers }),
  });
  const teller: ExplainedTeller = tellExplained(flow.api.source, announcer, () => new Date().toISOString());
  listeners.push(teller.committed);

  let example: ShownExample | undefined;
  let arrived = flow.hasHistory || clusters.length + options.auditLog.length > 0;
  const dropExample = () => {
    const shown = example;
    example = undefined;
    void shown?.stop();
  };
  const senders = createSenders();
  // One for all: they are kept in one file.
  const checkpoints = openCheckpoints(data);
  if (checkpoints.damage) logger.warn(`${checkpoints.damage}: sources begin anew`);
  const others = startOtherSources({
    auditLogs: options.auditLog,
    cluster: options.cluster,
    tenant: intake.WINNOW_TENANT,
    instance: intake.WINNOW_INSTANCE,
    append: flow.intake.append,
    checkpoints,
    pressure: () => pressureOf(flow.meter),
    env,
    logger,
  });
  const watched =
    clusters.length === 0
      ? undefined
      : watchClusters({ clusters, tenant: intake.WINNOW_TENANT, checkpoints, append: flow.intake.append, env, logger });
  const server = await startServer({
    flow,
    logger,
    address,
    intake,
    access,
    cluster: options.cluster,
    onArrival(envelopes) {
      arrived = true;
      senders.note(envelopes);
      dropExample();
    },
    refusals,
    stages,
    takers: others.takers,
    sourceStatus: () => [...(watched?.status() ?? []), ...senders.status(), ...others.status()],
    readMetrics: [others.readMetrics, ...(watched ? [watched.readMetrics] : [])],
    example: () => example?.source(),
  });
  if (options.example && !arrived) {
    const print = (text: string) => process.stdout.write(`${text}\n`);
    example = showExample({
      tenant: intake.WINNOW_TENANT,
      announcer,
      say: print,
      onProblem: (text) => logger.error(text),
    });
  }
  const facts = {
    address: server.address,
    access,
    data,
    cluster: options.cluster,
    example: example !== undefined,
    clusters,
    receivers: notify.receivers.map(({ name }) => name),
  };
  process.stderr.write(bannerOf({ ...facts, size: flow.sqlite.size() }));

  const sourceTeller = watched && tellSources(watched.status, say);
  const since = new Date().toISOString();
  const untell = tellRunning(data, {
    url: urlOf(server.address, access.https ? 'https' : 'http'),
    since,
    retention: config,
  });

  const fault = await untilEnd(termination.signal, [flow.pipeline.done, failureOf(watched?.done)]);
  untell();
  sourceTeller?.stop();
  teller.stop();
  dropExample();
  const late = await drain([
    ...server.drainSteps,
    { name: 'sources that wait', within: 100, run: flow.intake.stop },
    ...(watched ? [watched.drainStep] : []),
    others.drainStep,
    ...flow.drainSteps(),
    { name: 'traces', within: 1_000, run: telemetry.stop },
  ]);
  if (late.length > 0) say(`Not drained in time: ${late.join(', ')}. The rest goes on at the next start.`);
  if (fault !== undefined) throw fault;
  // Threads and sockets that hang must not keep the process.
  process.exit(late.length > 0 ? 1 : 0);
}

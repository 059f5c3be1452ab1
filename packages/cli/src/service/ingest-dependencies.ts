// Who calls whom, and changes that leave no trace in a cluster, into Kafka.
import { readAlertIntakeConfig } from '@winnow/ingest-alerts';
import { startHttpIntake } from '../ingest/http-intake.ts';
import { lazyCheckpoints } from '../ingest/lazy-checkpoints.ts';
import { startOtherSources } from '../ingest/other-sources.ts';
import { openIntake } from './intake.ts';
import type { ServiceDefinition } from './service.ts';

export const ingestDependencies: ServiceDefinition = {
  name: 'ingest-dependencies',
  summary: 'takes who calls whom (traces, service-graph metrics, a file, HTTP) and changes from outside',
  async start(host) {
    const { env, config, fastify, access, logger, instance } = host;
    const { append, refusals, run } = openIntake(host);
    // As with alerts, what is posted to one instance is vouched for by all.
    const intakeConfig = { ...readAlertIntakeConfig(env), WINNOW_INSTANCE: 'intake' };
    const cluster = config.WINNOW_CLUSTER;
    const sources = startOtherSources({
      auditLogs: [],
      ...{ cluster, instance, append, env, logger },
      tenant: intakeConfig.WINNOW_TENANT,
      checkpoints: lazyCheckpoints(host.checkpoints),
      pressure: () => undefined,
    });
    const intake = startHttpIntake(fastify, {
      config: intakeConfig,
      takes: ['dependencies'],
      takers: sources.takers,
      ...{ cluster, access, refusals, logger, append },
    });
    return run({
      status: sources.status,
      readMetrics: [intake.readMetrics, sources.readMetrics],
      drainSteps: [sources.drainStep, { name: 'heartbeats', within: 1_000, run: intake.stop }],
    });
  },
};

// Alerts over HTTP, into Kafka. Any number of instances, behind whatever spreads requests: they share nothing but the log, and the list
// of clusters that they vouch for.
import { readAlertIntakeConfig } from '@winnow/ingest-alerts';
import { startHttpIntake } from '../ingest/http-intake.ts';
import { lazyCheckpoints } from '../ingest/lazy-checkpoints.ts';
import { shareClusters } from '../ingest/shared-clusters.ts';
import { openIntake } from './intake.ts';
import type { ServiceDefinition } from './service.ts';

/**
 * Of all instances, in envelopes and heartbeats: whoever sends reaches any of them, so what one has heard is vouched for by all. With a
 * name of each, what an instance had heard would turn stale when it ends, though its sender goes on sending to the others.
 */
const INSTANCE = 'intake';

export const ingestAlerts: ServiceDefinition = {
  name: 'ingest-alerts',
  summary: 'takes alerts over HTTP: Prometheus, Alertmanager, Grafana, PagerDuty, Datadog, CloudEvents',
  async start(host) {
    const { env, config, fastify, access, logger } = host;
    const { append, limits, refusals, senders, run } = openIntake(host);
    const intake = startHttpIntake(fastify, {
      config: { ...readAlertIntakeConfig(env), WINNOW_INSTANCE: INSTANCE },
      cluster: config.WINNOW_CLUSTER,
      takes: ['alerts'],
      admission: limits.admission,
      ...{ access, refusals, logger },
      async append(envelopes) {
        await append(envelopes);
        senders.note(envelopes);
      },
      appendHeartbeats: append,
    });
    const shared = shareClusters({
      seen: intake.seen,
      checkpoints: lazyCheckpoints(host.checkpoints),
      key: `ingest-alerts/${config.WINNOW_TENANT}/clusters`,
      onError: (error) => logger.warn({ err: error }, 'the clusters that are vouched for cannot be shared'),
    });
    return run({
      readMetrics: [intake.readMetrics],
      drainSteps: [
        { name: 'shared clusters', within: 500, run: shared.stop },
        { name: 'heartbeats', within: 1_000, run: intake.stop },
      ],
    });
  },
};

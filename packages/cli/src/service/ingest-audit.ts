// Audit logs of API servers, into Kafka: batches that they post, and files that they write where this process runs beside them.
import { readAlertIntakeConfig } from '@winnow/ingest-alerts';
import { readAuditLogs } from '../ingest/audit-logs.ts';
import { startHttpIntake } from '../ingest/http-intake.ts';
import { lazyCheckpoints } from '../ingest/lazy-checkpoints.ts';
import { startOtherSources } from '../ingest/other-sources.ts';
import { openIntake } from './intake.ts';
import type { ServiceDefinition } from './service.ts';

export const ingestAudit: ServiceDefinition = {
  name: 'ingest-audit',
  summary: 'takes audit logs of API servers: the webhook, and files',
  async start(host) {
    const { env, config, fastify, access, logger, instance } = host;
    const { append, limits, refusals, senders, run } = openIntake(host);
    // As with alerts, what is posted to one instance is vouched for by all.
    const intakeConfig = { ...readAlertIntakeConfig(env), WINNOW_INSTANCE: 'intake' };
    const cluster = config.WINNOW_CLUSTER;
    const intake = startHttpIntake(fastify, {
      config: intakeConfig,
      takes: ['audit'],
      admission: limits.admission,
      ...{ cluster, access, refusals, logger },
      async append(envelopes) {
        await append(envelopes);
        senders.note(envelopes);
      },
      appendHeartbeats: append,
    });
    // A file is this machine's: another one may have the same path.
    const files = startOtherSources({
      auditLogs: readAuditLogs(env),
      dependencies: false,
      ...{ cluster, instance, append: limits.append, env, logger },
      tenant: intakeConfig.WINNOW_TENANT,
      checkpoints: lazyCheckpoints(host.checkpoints, `ingest-audit/${instance}/`),
      pressure: () => undefined,
    });
    return run({
      status: files.status,
      readMetrics: [intake.readMetrics, files.readMetrics],
      drainSteps: [files.drainStep, { name: 'heartbeats', within: 1_000, run: intake.stop }],
    });
  },
};

// Runs the intake on a Fastify instance: the routes, the heartbeats, and the clock that they share.
import type { Envelope, Source } from '@winnow/contracts';
import type { FastifyInstance } from 'fastify';
import { createIntakeClock } from './clock.ts';
import type { AlertIntakeConfig } from './config.ts';
import { readAlerts, readPagerDuty, readWebhook } from './core.ts';
import { startHeartbeats } from './heartbeats.ts';
import { type BodyTaker, type IntakeDeps, type IntakeSource, registerAlertIntake } from './http.ts';
import type { BodyFormat } from './read-body.ts';
import { createSeenClusters, type SeenClusters } from './seen-clusters.ts';

export interface StartAlertIntake extends Pick<IntakeDeps, 'cluster' | 'append' | 'pressure' | 'refused'> {
  readonly config: AlertIntakeConfig;
  /** Heartbeats are no arrivals: they may take another way. */
  readonly appendHeartbeats?: (envelopes: readonly Envelope[]) => Promise<void>;
  readonly onHeartbeatError?: (error: unknown) => void;
  /** Audit batches come over the same port, and are read by another service. */
  readonly audit?: BodyFormat;
  /** So are declared dependencies and changes, and bodies that are no list of items. */
  readonly dependencies?: BodyFormat;
  readonly changes?: BodyFormat;
  readonly takers?: readonly BodyTaker[];
}

export interface RunningAlertIntake {
  /** Clusters known from elsewhere may be added: they are vouched for from then on. */
  readonly seen: SeenClusters;
  stop(): Promise<void>;
}

const own: Readonly<Partial<Record<IntakeSource, BodyFormat>>> = {
  'alertmanager.alerts': { read: (body, context) => readAlerts(body, context) },
  'alertmanager.webhook': { read: (body, context) => readWebhook(body, context), array: 'alerts' },
  'pagerduty.webhook': { read: (body, context) => readPagerDuty(body, context) },
};

/** To be called before the instance listens. */
export function startAlertIntake(fastify: FastifyInstance, options: StartAlertIntake): RunningAlertIntake {
  const { config, audit, dependencies, changes, append, cluster } = options;
  const formats = {
    ...own,
    ...(audit && { 'audit.event': audit }),
    ...(dependencies && { dependency: dependencies }),
    ...(changes && { change: changes }),
  };
  const shared = { tenant: config.WINNOW_TENANT, instance: config.WINNOW_INSTANCE, now: createIntakeClock() };
  const seen = createSeenClusters(cluster);
  const secret = config.WINNOW_PAGERDUTY_SECRET;
  registerAlertIntake(fastify, { ...options, ...shared, formats, seen, ...(secret && { pagerdutySecret: secret }) });
  const { stop } = startHeartbeats({
    ...shared,
    append: options.appendHeartbeats ?? append,
    clusters: seen,
    sources: Object.keys(formats) as Source[],
    ...(options.onHeartbeatError && { onError: options.onHeartbeatError }),
  });
  return { seen, stop };
}

// Runs the intake on a Fastify instance: the routes, the heartbeats, and the clock that they share.
import type { Envelope, ReadMetrics, Source } from '@winnow/contracts';
import type { Admission } from '@winnow/stream';
import type { FastifyInstance } from 'fastify';
import { createIntakeClock } from './clock.ts';
import type { AlertIntakeConfig } from './config.ts';
import { startHeartbeats } from './heartbeats.ts';
import { createHeldFigures } from './held-figures.ts';
import { type BodyTaker, type IntakeDeps, registerAlertIntake } from './http.ts';
import { createIntakeFigures } from './intake-figures.ts';
import type { BodyFormat } from './read-body.ts';
import { createRefusedItems } from './refused-items.ts';
import { alertRoutes, type IntakeRoute } from './routes.ts';
import { createSeenClusters, type SeenClusters } from './seen-clusters.ts';

export interface StartAlertIntake
  extends Pick<IntakeDeps, 'cluster' | 'append' | 'pressure' | 'refused' | 'onNote' | 'grantOf'> {
  readonly config: AlertIntakeConfig;
  /** Heartbeats are no arrivals: they may take another way. */
  readonly appendHeartbeats?: (envelopes: readonly Envelope[]) => Promise<void>;
  readonly onHeartbeatError?: (error: unknown) => void;
  /** False where alerts are taken by another process. */
  readonly alerts?: false;
  /** Audit batches come over the same port, and are read by another service. */
  readonly audit?: BodyFormat;
  /** So are declared dependencies and changes, and bodies that are no list of items. */
  readonly dependencies?: BodyFormat;
  readonly changes?: BodyFormat;
  readonly takers?: readonly BodyTaker[];
  /** The budgets of the clusters; without it all is taken. */
  readonly admission?: Admission;
}

export interface RunningAlertIntake {
  /** Clusters known from elsewhere may be added: they are vouched for from then on. */
  readonly seen: SeenClusters;
  readonly readMetrics: ReadMetrics;
  /** The source of what is posted to a route; undefined for routes of others. */
  sourceOf(route: string): Source | undefined;
  stop(): Promise<void>;
}

/** To be called before the instance listens. */
export function startAlertIntake(fastify: FastifyInstance, options: StartAlertIntake): RunningAlertIntake {
  const { config, append, cluster } = options;
  const shared = { tenant: config.WINNOW_TENANT, instance: config.WINNOW_INSTANCE, now: createIntakeClock() };
  const seen = createSeenClusters(cluster);
  const figures = createIntakeFigures();
  const held = createHeldFigures();
  const { admission } = options;
  const secrets = config.WINNOW_PAGERDUTY_SECRET;
  const ofAlerts = options.alerts === false ? [] : alertRoutes(config, options.changes?.read);
  const routes = [...ofAlerts, ...handedIn(options)];
  registerAlertIntake(fastify, {
    ...options,
    ...shared,
    routes,
    seen,
    figures,
    clusterLabel: config.WINNOW_CLUSTER_LABEL,
    ...(secrets && { pagerdutySecrets: secrets }),
    ...(admission && { limits: { admission, figures: held, refused: createRefusedItems() } }),
  });
  const { stop } = startHeartbeats({
    ...shared,
    append: options.appendHeartbeats ?? append,
    clusters: seen,
    sources: [...new Set(routes.map(({ source }) => source))],
    ...(options.onHeartbeatError && { onError: options.onHeartbeatError }),
  });
  const sources = new Map([...routes, ...(options.takers ?? [])].map(({ path, source }) => [path, source]));
  const sourceOf = (route: string) => sources.get(route.replace(/^\/clusters\/:cluster/, ''));
  const readMetrics = () => [...figures.readMetrics(), ...held.readMetrics()];
  return { seen, readMetrics, sourceOf, stop };
}

/** What comes over the same port and is read by other services. */
function handedIn({ audit, dependencies, changes }: StartAlertIntake): readonly IntakeRoute[] {
  return [
    ...(audit ? [{ path: '/webhooks/audit', source: 'audit.event', format: audit } as const] : []),
    ...(dependencies ? [{ path: '/api/v1/dependencies', source: 'dependency', format: dependencies } as const] : []),
    ...(changes ? [{ path: '/api/v1/changes', source: 'change', format: changes } as const] : []),
  ];
}

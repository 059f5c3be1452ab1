// Puts the reading side onto a Fastify instance, which may serve the intake of alerts on the same port.
import type { Grant, Problem, ReadMetrics, SourceStatus } from '@winnow/contracts';
import type { LedgerCell } from '@winnow/stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type AlertRoutes, registerAlertRoutes } from './alert-routes.ts';
import type { MetricsSnapshot, StageFigures } from './core/metrics-text.ts';
import { ledgerTotals } from './core/report.ts';
import { createSilenceIndex } from './core/silence-index.ts';
import { viewOf as viewOfGrant } from './core/view.ts';
import { type DeadLetterRoutes, registerDeadLetterRoutes } from './dead-letter-routes.ts';
import { type FleetRoutes, registerFleetRoutes } from './fleet-routes.ts';
import { type HealthRoutes, registerHealthRoutes } from './health-routes.ts';
import { type IncidentActs, registerIncidentActs } from './incident-acts.ts';
import { registerIncidentRoutes } from './incident-routes.ts';
import type { IncidentSource } from './incident-source.ts';
import { registerIncidentStream } from './incident-stream.ts';
import { handleError, handleNotFound } from './problem.ts';
import { registerSilenceRoutes, type SilenceRoutes } from './silence-routes.ts';

export interface ApiDeps
  extends Partial<Pick<HealthRoutes, 'ready'>>,
    Partial<Pick<AlertRoutes, 'now' | 'version' | 'startedAt' | 'groupBy'>>,
    Partial<Pick<SilenceRoutes, 'silences' | 'silenceWriter'>>,
    Partial<Pick<IncidentActs, 'operators'>>,
    Partial<Pick<DeadLetterRoutes, 'deadLetters' | 'deadLetterWriter'>>,
    Partial<Pick<FleetRoutes, 'fleet'>>,
    Pick<AlertRoutes, 'alerts' | 'readRecord'> {
  /** The user's incidents first, then the bundled example's while it is shown. */
  sources(): readonly IncidentSource[];
  /** What the credentials of a request allow; `undefined` where nobody is asked for any: then everybody sees everything. */
  readonly grantOf: ((request: FastifyRequest) => Grant | undefined) | undefined;
  /** The installation's own tenant (default `default`). */
  readonly tenant?: string;
  /** Cells of the committed ledger of all partitions. */
  ledger(): readonly LedgerCell[];
  pending?(): MetricsSnapshot['pending'];
  refused?(): MetricsSnapshot['refused'];
  stages?(): readonly StageFigures[];
  problems?(): readonly Problem[];
  /** How the live sources stand: nothing is called healthy while one is blind. */
  sourceStatus?(): readonly SourceStatus[];
  /** Metrics of the parts beside the stages. */
  readonly readMetrics?: readonly ReadMetrics[];
  /** Milliseconds between comments on the stream of incidents (default 15,000). */
  readonly commentEvery?: number;
  /** False where somebody else tells of health and metrics. */
  readonly health?: boolean;
  /** False where somebody else answers for paths that nobody knows. */
  readonly handleNotFound?: boolean;
}

export function registerApi(fastify: FastifyInstance, deps: ApiDeps): void {
  if (deps.handleNotFound ?? true) fastify.setNotFoundHandler(handleNotFound);
  fastify.register(async (scope) => {
    scope.setErrorHandler(handleError);
    const {
      now = Date.now,
      version = '0.1.0',
      startedAt = new Date().toISOString(),
      silences = createSilenceIndex(),
      silenceWriter,
      groupBy = ['alertname', 'cluster'],
      alerts,
      readRecord,
    } = deps;
    if (deps.health ?? true)
      registerHealthRoutes(scope, { ready: () => deps.ready?.(), metrics: () => metricsOf(deps) });
    const { fleet, grantOf } = deps;
    const viewOf = (request: FastifyRequest) => viewOfGrant(grantOf?.(request), deps.tenant ?? 'default');
    registerIncidentStream(scope, {
      sources: deps.sources,
      viewOf,
      ...(deps.commentEvery && { commentEvery: deps.commentEvery }),
    });
    registerIncidentRoutes(scope, {
      sources: deps.sources,
      ledgerTotals: () => ledgerTotals(deps.ledger()),
      problems: () => deps.problems?.() ?? [],
      blind: (view) => blindnessOf((deps.sourceStatus?.() ?? []).filter(view.seesSource)),
      viewOf,
      fleet,
      now,
    });
    const actorOf = (request: FastifyRequest) => grantOf?.(request)?.name;
    const mayRead: DeadLetterRoutes['mayRead'] = (request, of) => viewOf(request).sees(of);
    const { operators, sources } = deps;
    if (operators) registerIncidentActs(scope, { sources, operators, actorOf, viewOf });
    const { deadLetters, deadLetterWriter } = deps;
    if (deadLetters && deadLetterWriter)
      registerDeadLetterRoutes(scope, { deadLetters, deadLetterWriter, mayRead, actorOf });
    if (fleet) registerFleetRoutes(scope, { fleet, viewOf });
    scope.get('/api/v1/sources', (request) => (deps.sourceStatus?.() ?? []).filter(viewOf(request).seesSource));
    registerAlertRoutes(scope, { alerts, silences, readRecord, now, version, startedAt, groupBy, viewOf });
    registerSilenceRoutes(scope, { silences, silenceWriter, now, viewOf });
  });
}

/** Who calls whom is no trouble: where it is not heard, what is wrong still is. */
const blindnessOf = (sources: readonly SourceStatus[]): readonly string[] =>
  sources
    .filter(({ state, source }) => state === 'blind' && source !== 'dependency')
    .map(({ source, cluster }) => `${source} of ${cluster} is not heard`);

/** What the reading side shows on /metrics. */
export function metricsOf(deps: ApiDeps): MetricsSnapshot {
  const incidents: Record<string, number> = { open: 0, stale: 0, resolved: 0 };
  for (const { model } of deps.sources()) {
    if (model.example) continue;
    for (const { incident } of model.entries())
      if (!incident.mergedInto) incidents[incident.status] = (incidents[incident.status] ?? 0) + 1;
  }
  return {
    ledger: deps.ledger(),
    pending: deps.pending?.() ?? {},
    refused: deps.refused?.() ?? [],
    stages: deps.stages?.() ?? [],
    incidents,
    alertsFiring: deps.alerts.size,
    families: (deps.readMetrics ?? []).flatMap((read) => read()),
  };
}

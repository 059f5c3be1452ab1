// Puts the reading side onto a Fastify instance, which may serve the intake of alerts on the same port.
import type { Problem, ReadMetrics, SourceStatus } from '@winnow/contracts';
import type { LedgerCell } from '@winnow/stream';
import type { FastifyInstance } from 'fastify';
import { type AlertRoutes, registerAlertRoutes } from './alert-routes.ts';
import type { MetricsSnapshot, StageFigures } from './core/metrics-text.ts';
import { ledgerTotals } from './core/report.ts';
import { createSilenceIndex } from './core/silence-index.ts';
import { type DeadLetterRoutes, registerDeadLetterRoutes } from './dead-letter-routes.ts';
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
    Partial<Pick<IncidentActs, 'operators' | 'actorOf'>>,
    Partial<Pick<DeadLetterRoutes, 'deadLetters' | 'deadLetterWriter' | 'mayRead'>>,
    Pick<AlertRoutes, 'alerts' | 'readRecord'> {
  /** The user's incidents first, then the bundled example's while it is shown. */
  sources(): readonly IncidentSource[];
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
    registerIncidentStream(scope, {
      sources: deps.sources,
      ...(deps.commentEvery && { commentEvery: deps.commentEvery }),
    });
    registerIncidentRoutes(scope, {
      sources: deps.sources,
      ledgerTotals: () => ledgerTotals(deps.ledger()),
      problems: () => deps.problems?.() ?? [],
      blind: () => blindnessOf(deps.sourceStatus?.() ?? []),
      now,
    });
    const { operators, sources, actorOf } = deps;
    if (operators) registerIncidentActs(scope, { sources, operators, actorOf });
    const { deadLetters, deadLetterWriter, mayRead } = deps;
    if (deadLetters && deadLetterWriter)
      registerDeadLetterRoutes(scope, { deadLetters, deadLetterWriter, mayRead, actorOf });
    scope.get('/api/v1/sources', () => deps.sourceStatus?.() ?? []);
    registerAlertRoutes(scope, { alerts, silences, readRecord, now, version, startedAt, groupBy });
    registerSilenceRoutes(scope, { silences, silenceWriter, now });
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

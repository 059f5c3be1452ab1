export { type ApiConfig, apiConfigSchema, readApiConfig } from './config.ts';
export { type AlertIndex, createAlertIndex } from './core/alert-index.ts';
export { createDeadLetterIndex, type DeadLetterHead, type DeadLetterIndex } from './core/dead-letter-index.ts';
export { type DeadLetterQuery, pageOfDeadLetters, readDeadLetterQuery } from './core/dead-letter-query.ts';
export { type IncidentQuery, pageOf, readIncidentQuery } from './core/incident-query.ts';
export type { MetricsSnapshot, StageFigures } from './core/metrics-text.ts';
export { type BuildReport, buildReport, ledgerTotals, reportIncidents } from './core/report.ts';
export { toReportIncident } from './core/report-incident.ts';
export { createSilenceIndex, type SilenceIndex } from './core/silence-index.ts';
export { survivorOf } from './core/survivor.ts';
export { fullView, type View, viewOf } from './core/view.ts';
export {
  createReadModel,
  type Entry,
  modelTopics,
  type Position,
  type ReadModel,
  type ReadModelOptions,
} from './core.ts';
export { createDeadLetterWriter, type ReplayAnswer } from './dead-letter-writer.ts';
export { type Readiness, registerHealthRoutes } from './health-routes.ts';
export { createIncidentSource, followIncidents, type IncidentSource, positionReader } from './incident-source.ts';
export { type RunningApi, type StartApi, startApi } from './main.ts';
export type { OperatorLog } from './operator-log.ts';
export { planReplay, type ReplayOptions, type ReplayRefusal, readDeadLetter } from './plan-replay.ts';
export { type ApiDeps, metricsOf, registerApi } from './register-api.ts';

// The services that `winnow service NAME` starts, each loaded only where it is asked for: in the order of the flow.
import type { ServiceDefinition } from './service.ts';

export const services: Readonly<Record<string, () => Promise<ServiceDefinition>>> = {
  'ingest-alerts': async () => (await import('./ingest-alerts.ts')).ingestAlerts,
  'ingest-cluster': async () => (await import('./ingest-cluster.ts')).ingestCluster,
  'ingest-audit': async () => (await import('./ingest-audit.ts')).ingestAudit,
  'ingest-dependencies': async () => (await import('./ingest-dependencies.ts')).ingestDependencies,
  signals: async () => (await import('./stages.ts')).signals,
  grouping: async () => (await import('./stages.ts')).grouping,
  context: async () => (await import('./context.ts')).context,
  rca: async () => (await import('./rca.ts')).rca,
  fleet: async () => (await import('./fleet.ts')).fleet,
  notify: async () => (await import('./notify.ts')).notify,
  api: async () => (await import('./api.ts')).api,
};

export const serviceNames: readonly string[] = Object.keys(services);

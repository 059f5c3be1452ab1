// Every setting of Winnow, as the schemas have them that services and commands read their environment with.
//
// A new schema is one line in `settingsGroups`; a new field of one that is there needs nothing here. `docs/settings.md` is then
// written anew by `npm run --silent winnow -- config ls -o markdown > docs/settings.md`.
import { apiConfigSchema } from '@winnow/api';
import { contextConfigSchema } from '@winnow/context';
import { accessConfigSchema } from '@winnow/http-auth';
import { alertIntakeConfigSchema } from '@winnow/ingest-alerts';
import { clusterIngestConfigSchema } from '@winnow/ingest-cluster';
import { dependenciesConfigSchema } from '@winnow/ingest-dependencies';
import { kafkaConfigSchema, kafkaTopicsConfigSchema } from '@winnow/kafka';
import { notifyConfigSchema } from '@winnow/notify';
import { rcaConfigSchema } from '@winnow/rca';
import { redisConfigSchema } from '@winnow/redis';
import { loggerConfigSchema, telemetryConfigSchema } from '@winnow/telemetry';
import type { z } from 'zod';
import { agentConfigSchema } from '../agent/config.ts';
import { auditLogsSchema } from '../ingest/audit-logs.ts';
import { serviceConfigSchema } from '../service/config.ts';
import { serviceNames } from '../service/services.ts';
import { upConfigSchema } from '../up/config.ts';
import { openAccessOf } from './access-check.ts';
import { commandConfigSchema, kubeconfigSchema } from './command-config.ts';

/** Who reads settings: a service by its name, a command by its name where it reads some of its own, `commands` for all others. */
export type Reader = string;

export interface SettingsGroup {
  readonly title: string;
  readonly schema: z.ZodObject;
  readonly readBy: readonly Reader[];
  /** Variables that begin so are all this group's. */
  readonly prefix?: string;
  /** What is to be seen of it besides the schema, where that holds. @throws Error that says what is wrong. */
  readonly look?: (environment: Readonly<Record<string, string | undefined>>) => void;
}

/** Services that watch clusters or look into them. */
const atClusters = ['ingest-cluster', 'context'];
/** Services that take what is posted. */
const overHttp = ['ingest-alerts', 'ingest-audit', 'ingest-dependencies'];
const kafkaCommands = ['topics', 'ledger', 'dead-letters'];
const processes = ['up', 'agent', ...serviceNames];

export const settingsGroups: readonly SettingsGroup[] = [
  { title: 'A service', schema: serviceConfigSchema, readBy: serviceNames },
  { title: 'Logs', schema: loggerConfigSchema, readBy: processes },
  { title: 'Traces', schema: telemetryConfigSchema, readBy: processes },
  { title: 'Who may use the port', schema: accessConfigSchema, readBy: processes, look: openAccessOf },
  { title: 'Kafka', schema: kafkaConfigSchema, readBy: ['agent', ...serviceNames, ...kafkaCommands] },
  { title: 'The topics', schema: kafkaTopicsConfigSchema, readBy: ['topics'] },
  { title: 'Redis', schema: redisConfigSchema, readBy: [...serviceNames, 'ledger'], prefix: 'WINNOW_REDIS_' },
  { title: 'Alerts', schema: alertIntakeConfigSchema, readBy: ['up', 'agent', ...overHttp] },
  { title: 'Audit logs', schema: auditLogsSchema, readBy: ['agent', 'ingest-audit'] },
  { title: 'Clusters', schema: clusterIngestConfigSchema, readBy: ['up', 'agent', 'ingest-cluster'] },
  { title: 'Kubeconfig', schema: kubeconfigSchema, readBy: ['up', 'agent', ...atClusters, 'commands'] },
  {
    title: 'Who calls whom',
    schema: dependenciesConfigSchema,
    readBy: ['up', 'agent', 'ingest-dependencies'],
  },
  {
    title: 'Metrics',
    schema: dependenciesConfigSchema.pick({ WINNOW_PROMETHEUS_URL: true }),
    readBy: ['up', 'context', 'commands'],
  },
  { title: 'Context', schema: contextConfigSchema, readBy: ['up', 'context'] },
  { title: 'Diagnosis', schema: rcaConfigSchema, readBy: ['up', 'rca'] },
  { title: 'Notifications', schema: notifyConfigSchema, readBy: ['up', 'notify'] },
  { title: 'The API', schema: apiConfigSchema, readBy: ['up', 'api'] },
  { title: 'The agent', schema: agentConfigSchema, readBy: ['agent'] },
  { title: 'The embedded log', schema: upConfigSchema, readBy: ['up'] },
  { title: 'Commands', schema: commandConfigSchema, readBy: ['up', 'agent', 'commands'] },
];

/** In the order of the table. */
export const readers: readonly Reader[] = [...processes, ...kafkaCommands, 'commands'];

/** @returns the groups that a reader takes; those of all where it is `all`. */
export const groupsOf = (reader: Reader | 'all'): readonly SettingsGroup[] =>
  settingsGroups.filter(({ readBy }) => reader === 'all' || readBy.includes(reader));

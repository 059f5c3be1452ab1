// What every service process takes, besides what its own service does: read once, from the environment.
import { hostname } from 'node:os';
import { type Environment, readSettings, tenantSetting } from '@winnow/contracts';
import { z } from 'zod';

const names = z
  .string()
  .default('')
  .transform((text) => text.split(/[\s,]+/).filter((name) => name !== ''));
const seconds = z.coerce.number().min(0);
const yesOrNo = z.enum(['true', 'false']).default('false');

export const serviceConfigSchema = z.strictObject({
  WINNOW_LISTEN: z
    .string()
    .regex(/^((\[[^\]]+\]|[^:]*):)?\d{1,5}$/)
    .default('127.0.0.1:9193')
    .meta({ description: 'where a service process listens', takes: 'HOST:PORT' }),
  WINNOW_INSECURE_LISTEN: yesOrNo.meta({
    description: 'let whoever reaches the address of a service process in, without credentials or TLS',
  }),
  WINNOW_SHUTDOWN_GRACE_SECONDS: seconds
    .default(25)
    .meta({ description: 'how long a service process may drain after SIGTERM' }),
  WINNOW_SESSION_TIMEOUT_SECONDS: z.coerce
    .number()
    .min(6)
    .max(300)
    .default(30)
    .meta({ description: 'an instance of a service that is not heard for so long loses its partitions to the others' }),
  WINNOW_STUCK_SECONDS: seconds.default(300).meta({
    description: 'a service process that lags and does not get on for so long is unhealthy; 0 for never',
  }),
  WINNOW_INSTANCE: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'names a process among those of its service', takes: 'a name', otherwise: 'the host name' }),
  WINNOW_TENANT: tenantSetting,
  WINNOW_CLUSTER: z
    .string()
    .min(1)
    .default('default')
    .meta({ description: 'the cluster of what names none', takes: 'a name' }),
  WINNOW_CONTEXTS: names.meta({
    description: 'the clusters that are watched, and looked into',
    takes: 'contexts of the kubeconfig, with commas between',
  }),
  WINNOW_IN_CLUSTER: yesOrNo.meta({
    description: 'watch, and look into, the cluster that this runs in, under the name of WINNOW_CLUSTER',
  }),
});
export type ServiceConfig = Readonly<z.infer<typeof serviceConfigSchema>> & {
  /** Names this process among the instances of its service. */
  readonly instance: string;
};

/** @throws SettingsWrong that names each variable and what it takes. */
export function readServiceConfig(environment: Environment): ServiceConfig {
  const config = readSettings(serviceConfigSchema, environment);
  return { ...config, instance: config.WINNOW_INSTANCE ?? hostname() };
}

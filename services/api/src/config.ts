// What an operator may set: read once, from the environment.
import { type Environment, readSettings, tenantSetting } from '@winnow/contracts';
import { z } from 'zod';

export const apiConfigSchema = z.strictObject({
  WINNOW_API_KEEP_CLOSED: z.coerce
    .number()
    .int()
    .min(0)
    .default(5_000)
    .meta({ description: 'how many incidents that are over the HTTP API still shows' }),
  WINNOW_ALERT_GROUP_BY: z
    .string()
    .default('alertname,cluster')
    .transform((names) => names.split(',').flatMap((name) => name.trim() || []))
    .meta({
      description: 'what `/api/v2/alerts/groups` groups by',
      takes: 'labels with commas between, or `...` for all',
    }),
  WINNOW_TENANT: tenantSetting,
});
export type ApiConfig = Readonly<z.infer<typeof apiConfigSchema>>;

/** @throws SettingsWrong that names each variable and what it takes. */
export const readApiConfig = (environment: Environment): ApiConfig => readSettings(apiConfigSchema, environment);

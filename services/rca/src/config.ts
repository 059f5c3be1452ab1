// What an operator may set: read once, from the environment.
import { type Environment, readSettings } from '@winnow/contracts';
import { z } from 'zod';

export const rcaConfigSchema = z.strictObject({
  WINNOW_RCA_THREADS: z.coerce
    .number()
    .int()
    .min(0)
    .max(16)
    .default(1)
    .meta({ description: 'worker threads of the diagnosis engine; 0 runs it on the main thread' }),
});
export type RcaConfig = Readonly<z.infer<typeof rcaConfigSchema>>;

/** @throws SettingsWrong that names each variable and what it takes. */
export const readRcaConfig = (environment: Environment): RcaConfig => readSettings(rcaConfigSchema, environment);

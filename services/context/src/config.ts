// What an operator may set: read once, from the environment.
import { type Environment, readSettings } from '@winnow/contracts';
import { z } from 'zod';

export const contextConfigSchema = z.strictObject({
  WINNOW_CONTEXT_CONCURRENCY: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .default(4)
    .meta({ description: 'look-ups that run at once' }),
});
export type ContextConfig = Readonly<z.infer<typeof contextConfigSchema>>;

/** @throws SettingsWrong that names each variable and what it takes. */
export const readContextConfig = (environment: Environment): ContextConfig =>
  readSettings(contextConfigSchema, environment);

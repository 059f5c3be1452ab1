// What an operator may set besides the options of `up`: read once, from the environment.
import { readSettings } from '@winnow/contracts';
import { z } from 'zod';

export const upConfigSchema = z.strictObject({
  WINNOW_RETENTION_HOURS: z.coerce
    .number()
    .positive()
    .default(168)
    .meta({ description: 'how long the embedded log is kept; what is needed again stays' }),
  WINNOW_RETENTION_MIB: z.coerce
    .number()
    .positive()
    .default(10_240)
    .meta({ description: 'how large the embedded log may grow before the oldest of it goes earlier' }),
});

export interface UpConfig {
  /** Milliseconds that records of topics kept by time are kept for. */
  readonly maxAgeMs: number;
  /** Bytes that the file may hold before the oldest of them go earlier. */
  readonly maxBytes: number;
}

export const MIB = 1024 * 1024;

/** @throws SettingsWrong that names each variable and what it takes. */
export function readUpConfig(env: NodeJS.ProcessEnv): UpConfig {
  const { WINNOW_RETENTION_HOURS: hours, WINNOW_RETENTION_MIB: mib } = readSettings(upConfigSchema, env);
  return { maxAgeMs: hours * 3_600_000, maxBytes: mib * MIB };
}

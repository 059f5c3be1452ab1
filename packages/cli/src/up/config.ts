// What an operator may set besides the options of `up`: read once, from the environment.
import { CommandFailed } from '../failure.ts';

export interface UpConfig {
  /** Milliseconds that records of topics kept by time are kept for. */
  readonly maxAgeMs: number;
  /** Bytes that the file may hold before the oldest of them go earlier. */
  readonly maxBytes: number;
}

export const MIB = 1024 * 1024;

/** WINNOW_RETENTION_HOURS (168), WINNOW_RETENTION_MIB (10240). */
export function readUpConfig(env: NodeJS.ProcessEnv): UpConfig {
  return {
    maxAgeMs: positive(env, 'WINNOW_RETENTION_HOURS', 168) * 3_600_000,
    maxBytes: positive(env, 'WINNOW_RETENTION_MIB', 10_240) * MIB,
  };
}

function positive(env: NodeJS.ProcessEnv, name: string, otherwise: number): number {
  const text = env[name];
  if (!text) return otherwise;
  const number = Number(text);
  if (Number.isFinite(number) && number > 0) return number;
  throw new CommandFailed(`${name} takes a number above 0, not ${JSON.stringify(text)}`);
}

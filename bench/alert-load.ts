// The load client (Go), which costs little itself.
import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export interface LoadOptions {
  /** Where alerts are posted to. */
  readonly url: string;
  readonly series: number;
  readonly batch: number;
  readonly conns: number;
  /** Until then, or until each series was sent so often. */
  readonly seconds?: number;
  readonly passes?: number;
  /** Whose alerts they are (`prod-eu-1`). */
  readonly cluster?: string;
  /** Alerts a second in all; as fast as it goes where absent. */
  readonly rate?: number;
}

export interface LoadFigures {
  /** Alerts that were answered 2xx. */
  readonly alerts: number;
  readonly alerts_per_s: number;
  /** Requests. */
  readonly refused: number;
  readonly failed: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
  readonly max_ms: number;
  readonly seconds: number;
}

/** Builds it into a folder. Needs Go. */
export function buildAlertLoad(folder: string): (options: LoadOptions) => Promise<LoadFigures> {
  const client = join(folder, 'alertload');
  execFileSync('go', ['build', '-o', client, '.'], { cwd: fileURLToPath(new URL('alertload', import.meta.url)) });
  return async (options) => {
    const args = Object.entries(options).flatMap(([name, value]) => [`-${name}`, String(value)]);
    const { stdout } = await promisify(execFile)(client, args);
    return JSON.parse(stdout) as LoadFigures;
  };
}

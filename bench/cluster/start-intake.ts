import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { IntakeFigures } from './intake.ts';

export interface StartedIntake {
  readonly process: ChildProcess;
  figures(): IntakeFigures | undefined;
  /** Of all writes since the last call, milliseconds. */
  takeLags(): number[];
  until(isSo: (figures: IntakeFigures) => boolean): Promise<IntakeFigures>;
  end(signal: NodeJS.Signals): Promise<void>;
}

/** With the heap set as the `winnow` command sets it. */
export function startIntake(kubeconfig: string, data: string): StartedIntake {
  const execArgv = ['--heap-growing-percent=60'];
  const child = fork(fileURLToPath(new URL('./intake.ts', import.meta.url)), [kubeconfig, data], { execArgv });
  let latest: IntakeFigures | undefined;
  let lags: number[] = [];
  child.on('message', (figures: IntakeFigures) => {
    latest = figures;
    lags.push(...figures.lags);
  });
  return {
    process: child,
    figures: () => latest,
    takeLags() {
      const all = lags;
      lags = [];
      return all;
    },
    async until(isSo) {
      while (!latest || !isSo(latest)) {
        if (child.exitCode !== null) throw new Error(`the intake ended with ${child.exitCode}`);
        await sleep(20);
      }
      return latest;
    },
    async end(signal) {
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    },
  };
}

export const mib = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MiB`;

export function percentiles(all: readonly number[]): string {
  const sorted = [...all].sort((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms, of ${sorted.length}`;
}

// The `winnow` command as a child process, as a user runs it.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach } from 'vitest';
import { freePort } from '../servers/process/free-port.ts';

export { freePort };

const main = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));
const children = new Set<ChildProcess>();
const directories = new Set<string>();

// Tests of a file that run side by side end their processes together.
let running = 0;
beforeEach(() => {
  running++;
});
afterEach(() => {
  if (--running > 0) return;
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
  directories.clear();
});

/** A directory that is removed after the test. */
export function freshDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'winnow-e2e-'));
  directories.add(directory);
  return directory;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end. */
export function winnow(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [main, ...args], { maxBuffer: 2 ** 28 }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
    children.add(child);
  });
}

/** Starts a command that goes on until it is ended. */
export function start(...args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [main, ...args], { stdio: 'ignore' });
  children.add(child);
  return child;
}

export interface Up {
  readonly url: string;
  readonly child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Sends the signal and resolves when the process has ended. */
  end(signal: NodeJS.Signals): Promise<Ended>;
}

/** Starts `winnow up` and resolves when it is ready. */
export async function startUp(data: string, ...args: readonly string[]): Promise<Up> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const listen = url.replace('http://', '');
  const child = spawn(process.execPath, [main, 'up', '--listen', listen, '--data', data, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  const texts = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (texts.stdout += chunk));
  child.stderr.on('data', (chunk) => (texts.stderr += chunk));
  const ended = once(child, 'exit');
  const up: Up = {
    url,
    child,
    stdout: () => texts.stdout,
    stderr: () => texts.stderr,
    async end(signal) {
      child.kill(signal);
      await ended;
      return { code: child.exitCode, ...texts };
    },
  };
  await until(
    () => isReady(up),
    () => `ready: ${texts.stderr}`,
  );
  return up;
}

async function isReady({ url, child, stderr }: Up): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`winnow up ended with ${child.exitCode}: ${stderr()}`);
  return fetch(`${url}/-/ready`).then(
    (answer) => answer.ok,
    () => false,
  );
}

/** Milliseconds. Only what hangs takes so long: how fast things are is measured by bench/start.ts. */
const PATIENCE = 120_000;

/** Polls until it is so. @throws what was waited for, when the time is over. */
export async function until(isSo: () => Promise<boolean>, what: () => string, every = 50): Promise<void> {
  const end = performance.now() + PATIENCE;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`it did not come about: ${what()}`);
    await sleep(every);
  }
}

export interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly startsAt?: string;
  readonly endsAt?: string;
}

/** As Prometheus posts. */
export function postAlerts(url: string, alerts: readonly PostedAlert[]): Promise<Response> {
  return fetch(`${url}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(alerts),
  });
}

/** A critical alert about a workload of its own. */
export function alertAbout(workload: string, more: Readonly<Record<string, string>> = {}): PostedAlert {
  return {
    labels: {
      alertname: 'KubePodCrashLooping',
      severity: 'critical',
      namespace: 'shop',
      deployment: workload,
      ...more,
    },
    annotations: { summary: `${workload} restarts again and again` },
    startsAt: new Date().toISOString(),
  };
}

export interface SourceLedger {
  readonly received: number;
  readonly signals: number;
  readonly deduplicated: number;
  readonly muted: number;
  readonly shed: number;
  readonly deadLettered: number;
  readonly pending: number;
}

/** `winnow ledger --json`, of one source. */
export async function ledgerOf(data: string, source: string): Promise<SourceLedger | undefined> {
  const { stdout } = await winnow('ledger', '--json', '--data', data);
  return JSON.parse(stdout).sources[source];
}

// `winnow up` on a free port, for measurements.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../packages/cli/src/main.ts', import.meta.url));

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

/** @throws Error after two minutes. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await isSo()); tries++) {
    if (tries > 12_000) throw new Error('nothing came within two minutes');
    await sleep(10);
  }
}

export interface StartedWinnow {
  readonly child: ChildProcessByStdio<null, Readable, null>;
  readonly url: string;
}

/** Spawns it at once, without waiting for anything. */
export async function spawnWinnow(options: readonly string[]): Promise<StartedWinnow> {
  const port = await freePort();
  const child = spawn(process.execPath, [main, 'up', '--listen', `127.0.0.1:${port}`, ...options], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return { child, url: `http://127.0.0.1:${port}` };
}

/** Resolves when it is ready. */
export async function startWinnow(options: readonly string[]): Promise<StartedWinnow> {
  const started = await spawnWinnow(options);
  const ready = async () => (await fetch(`${started.url}/-/ready`).catch(() => undefined))?.ok ?? false;
  await until(ready);
  return started;
}

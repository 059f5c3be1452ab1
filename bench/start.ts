// How soon `winnow up` is of use: start to the first explained incident of the example, alert to incident, SIGTERM to end.
//
//   node bench/start.ts [--rounds 5]
//
// Prints milliseconds, a line a round, then the medians.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });
const main = fileURLToPath(new URL('../packages/cli/src/main.ts', import.meta.url));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await isSo()); tries++) {
    if (tries > 12_000) throw new Error('nothing came within two minutes');
    await sleep(10);
  }
}

const incidentsAt = async (url: string): Promise<readonly { readonly cluster: string }[]> => {
  const answer = await fetch(`${url}/api/v1/incidents`).catch(() => undefined);
  return answer?.ok ? ((await answer.json()) as { incidents: { cluster: string }[] }).incidents : [];
};

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return Math.round(performance.now() - began);
}

async function postAlert(url: string): Promise<void> {
  const labels = { alertname: 'KubePodCrashLooping', namespace: 'shop', pod: 'cart-5d9c7-x2x4z', severity: 'warning' };
  await fetch(`${url}/api/v2/alerts`, { method: 'POST', body: JSON.stringify([{ labels }]) });
  await until(async () => (await incidentsAt(url)).some((incident) => incident.cluster === 'default'));
}

async function end(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

async function measure(): Promise<Record<string, number>> {
  const data = mkdtempSync(join(tmpdir(), 'winnow-bench-'));
  const port = await freePort();
  const began = performance.now();
  const child = spawn(process.execPath, [main, 'up', '--data', data, '--listen', `127.0.0.1:${port}`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let printed = '';
  child.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  await until(async () => printed.includes('●'));
  const example = Math.round(performance.now() - began);
  const incident = await timed(() => postAlert(`http://127.0.0.1:${port}`));
  const drained = await timed(() => end(child));
  rmSync(data, { recursive: true, force: true });
  return { example, incident, drained };
}

const median = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
const rounds: Record<string, number>[] = [];
for (let round = 1; round <= Number(values.rounds); round++) {
  const figures = await measure();
  rounds.push(figures);
  console.log(`round ${round}  ${JSON.stringify(figures)}`);
}
const medians = Object.keys(rounds[0] ?? {}).map((name) => [name, median(rounds.map((round) => round[name] ?? 0))]);
console.log(`medians  ${JSON.stringify(Object.fromEntries(medians))}`);

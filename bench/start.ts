// How soon `winnow up` is of use: start to the first explained incident of the example, alert to incident, SIGTERM to end.
//
//   node bench/start.ts [--rounds 5]
//
// Prints milliseconds, a line a round, then the medians.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { spawnWinnow, until } from './start-winnow.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });

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
  const began = performance.now();
  const { child, url } = await spawnWinnow(['--data', data]);
  let printed = '';
  child.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  await until(async () => printed.includes('●'));
  const example = Math.round(performance.now() - began);
  const incident = await timed(() => postAlert(url));
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

// Alerts a second into `winnow up` and into a real Alertmanager: the same load client, the same machine, in turn.
//
//   node bench/alerts.ts [--rounds 3] [--seconds 10] [--series 20000] [--batch 64] [--conns 8]
//
// Needs Go (the load client) and Alertmanager (Debian package prometheus-alertmanager, or $ALERTMANAGER). Winnow syncs each
// request to disk before it answers; Alertmanager keeps alerts in memory. Prints one line a round, then the medians.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { freePort } from './start-winnow.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '10' },
    series: { type: 'string', default: '20000' },
    batch: { type: 'string', default: '64' },
    conns: { type: 'string', default: '8' },
  },
});

interface Load {
  readonly alerts_per_s: number;
  readonly [figure: string]: unknown;
}
interface Peer {
  readonly name: string;
  start(port: number, data: string): ChildProcess;
}

const here = fileURLToPath(new URL('.', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'winnow-bench-'));
const client = join(work, 'alertload');

const peers: readonly Peer[] = [
  {
    name: 'winnow',
    start: (port, data) =>
      spawn(
        process.execPath,
        [
          join(here, '../packages/cli/src/main.ts'),
          'up',
          '--no-example',
          '--listen',
          `127.0.0.1:${port}`,
          '--data',
          data,
        ],
        { stdio: 'ignore' },
      ),
  },
  {
    name: 'alertmanager',
    start: (port, data) =>
      spawn(
        process.env.ALERTMANAGER ?? 'prometheus-alertmanager',
        [
          `--config.file=${join(here, 'alertmanager.yml')}`,
          `--storage.path=${data}`,
          `--web.listen-address=127.0.0.1:${port}`,
          '--cluster.listen-address=',
        ],
        { stdio: 'ignore' },
      ),
  },
];

async function waitUntilReady(url: string): Promise<void> {
  for (let i = 0; i < 300; i++) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${url} was not ready within 30 s`);
}

const peakMemoryMiB = (pid: number) =>
  Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024);

async function measure(peer: Peer, round: number): Promise<Load> {
  const port = await freePort();
  const data = join(work, `${peer.name}-${round}`);
  const server = peer.start(port, data);
  try {
    await waitUntilReady(`http://127.0.0.1:${port}/-/ready`);
    const { seconds, series, batch, conns } = values;
    const out = execFileSync(client, [
      '-url',
      `http://127.0.0.1:${port}/api/v2/alerts`,
      '-seconds',
      seconds,
      '-series',
      series,
      '-batch',
      batch,
      '-conns',
      conns,
    ]);
    return { ...JSON.parse(out.toString()), peak_mib: peakMemoryMiB(server.pid!) };
  } finally {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    await ended;
    rmSync(data, { recursive: true, force: true });
  }
}

const median = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

execFileSync('go', ['build', '-o', client, '.'], { cwd: join(here, 'alertload') });
const rates = new Map<string, number[]>(peers.map((peer) => [peer.name, []]));
try {
  for (let round = 1; round <= Number(values.rounds); round++)
    for (const peer of round % 2 ? peers : [...peers].reverse()) {
      const load = await measure(peer, round);
      rates.get(peer.name)!.push(load.alerts_per_s);
      console.log(`round ${round}  ${peer.name.padEnd(13)} ${JSON.stringify(load)}`);
    }
  for (const [name, all] of rates) console.log(`median   ${name.padEnd(13)} ${Math.round(median(all))} alerts/s`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

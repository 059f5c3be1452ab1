// Alerts a second into `winnow up` and into a real Alertmanager: the same load client, the same machine, in turn.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildAlertLoad, type LoadFigures } from './alert-load.ts';
import { untilCaughtUp } from './caught-up.ts';
import { cpuMicros, memoryMiB } from './process-figures.ts';
import { freePort, until } from './start-winnow.ts';
import { median, printTable, whole } from './table.ts';

const help = `Usage: node bench/alerts.ts [options]

Real Alertmanager and \`winnow up\`, in turn, take the same alerts from the same client. Winnow syncs each request to disk before it
answers, redacts, and is measured until signals and grouping have decided everything; Alertmanager keeps alerts in memory.

  --rounds N       of both, in turn (3)
  --seconds N      of load in a round (10)
  --passes N       in place of seconds: until each series was sent so often
  --series N,…     distinct alerts; a measurement for each (20000)
  --batch N        alerts in a request (64)
  --conns N        connections (8)
  --winnow-only    without Alertmanager
  --cpu-prof DIR   Winnow writes a profile for each round there

Needs Go and Alertmanager (Debian package prometheus-alertmanager, or $ALERTMANAGER).`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '10' },
    passes: { type: 'string' },
    series: { type: 'string', default: '20000' },
    batch: { type: 'string', default: '64' },
    conns: { type: 'string', default: '8' },
    'winnow-only': { type: 'boolean', default: false },
    'cpu-prof': { type: 'string' },
  },
});
if (values.help) {
  console.log(help);
  process.exit(0);
}

interface Peer {
  readonly name: string;
  start(port: number, data: string): ChildProcess;
  /** Resolves when nothing is left to do with what was answered. */
  done(data: string): Promise<number>;
}

interface Measured extends LoadFigures {
  /** Until all of it was through. */
  readonly rate: number;
  readonly cpu: number;
  readonly peak: number;
}

const here = fileURLToPath(new URL('.', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'winnow-bench-'));
const profile = values['cpu-prof'];

const winnow: Peer = {
  name: 'winnow',
  start: (port, data) =>
    spawn(
      process.execPath,
      [
        ...(profile ? ['--cpu-prof', '--cpu-prof-dir', profile] : []),
        ...[join(here, '../packages/cli/src/main.ts'), 'up', '--no-example'],
        ...['--listen', `127.0.0.1:${port}`, '--data', data],
      ],
      { stdio: 'ignore' },
    ),
  done: untilCaughtUp,
};

const alertmanager: Peer = {
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
  done: async () => performance.now(),
};

async function measure(peer: Peer, series: number, round: number): Promise<Measured> {
  const port = await freePort();
  const data = join(work, `${peer.name}-${series}-${round}`);
  const server = peer.start(port, data);
  const pid = server.pid!;
  try {
    const url = `http://127.0.0.1:${port}`;
    await until(async () => (await fetch(`${url}/-/ready`).catch(() => undefined))?.ok ?? false);
    const before = cpuMicros(pid);
    const { batch, conns, seconds, passes } = values;
    const figures = await load({
      ...{ url: `${url}/api/v2/alerts`, series, batch: Number(batch), conns: Number(conns) },
      ...(passes === undefined ? { seconds: Number(seconds) } : { passes: Number(passes) }),
    });
    const answered = performance.now();
    const late = ((await peer.done(data)) - answered) / 1000;
    const cpu = (cpuMicros(pid) - before) / figures.alerts;
    return { ...figures, rate: figures.alerts / (figures.seconds + late), cpu, peak: memoryMiB(pid).peak };
  } finally {
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    await ended;
    rmSync(data, { recursive: true, force: true });
  }
}

const peers = values['winnow-only'] ? [winnow] : [winnow, alertmanager];
const head = ['', 'series', 'alerts/s', 'p50 ms', 'p99 ms', 'CPU µs/alert', 'peak MiB', 'refused', 'failed'];
const rowOf = (name: string, series: number, all: readonly Measured[]) => {
  const of = (figure: (each: Measured) => number) => median(all.map(figure));
  const sum = (figure: (each: Measured) => number) => all.reduce((total, each) => total + figure(each), 0);
  return [
    ...[name, whole(series), whole(of(({ rate }) => rate))],
    ...[of(({ p50_ms }) => p50_ms).toFixed(1), of(({ p99_ms }) => p99_ms).toFixed(1), of(({ cpu }) => cpu).toFixed(1)],
    ...[whole(of(({ peak }) => peak)), whole(sum(({ refused }) => refused)), whole(sum(({ failed }) => failed))],
  ];
};

const load = buildAlertLoad(work);
try {
  for (const series of values.series.split(',').map(Number)) {
    const measured = new Map<string, Measured[]>(peers.map((peer) => [peer.name, []]));
    for (let round = 1; round <= Number(values.rounds); round++)
      for (const peer of round % 2 ? peers : [...peers].reverse()) {
        const figures = await measure(peer, series, round);
        measured.get(peer.name)!.push(figures);
        console.error(`round ${round}: ${peer.name} ${whole(figures.rate)} alerts/s, p99 ${figures.p99_ms} ms`);
      }
    printTable(
      head,
      [...measured].map(([name, all]) => rowOf(name, series, all)),
    );
    const [own = [], other = []] = [...measured.values()];
    if (other.length > 0)
      console.log(
        `winnow/alertmanager: ${(median(own.map(({ rate }) => rate)) / median(other.map(({ rate }) => rate))).toFixed(2)}\n`,
      );
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

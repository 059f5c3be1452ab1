// What a cluster at ten times the rate of its neighbours does to them, with and without budgets.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { buildAlertLoad, type LoadFigures } from './alert-load.ts';
import { followIncidents } from './event-stream.ts';
import { memoryMiB } from './process-figures.ts';
import { startWinnow, until } from './start-winnow.ts';
import { median, printTable, quantile, whole } from './table.ts';

const help = `Usage: node bench/fairness.ts [options]

Some clusters post alerts to \`winnow up\` at the same rate, and one at ten times that, each alert of it a new one: nothing else costs as
much. Measured of the neighbours: the p99 of their requests, and the time from an alert's post in a cluster of its own to the incident that
it opens (GET /api/v1/incidents/stream). The same without the noisy cluster, with it and no budgets (WINNOW_CLUSTER_RATE=0), with the
default (\`auto\`), and with a budget of twice a neighbour's rate, in turn.

  --seconds N      of each measurement (15)
  --rounds N       of all four (1)
  --neighbours N   (5)
  --rate N         alerts a second of a neighbour (500)
  --times N        what the noisy one sends of that (10)

Needs Go.`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h' },
    seconds: { type: 'string', default: '15' },
    rounds: { type: 'string', default: '1' },
    neighbours: { type: 'string', default: '5' },
    rate: { type: 'string', default: '500' },
    times: { type: 'string', default: '10' },
  },
});
if (values.help) {
  console.log(help);
  process.exit(0);
}
const [seconds, rate] = [Number(values.seconds), Number(values.rate)];
const noisyRate = rate * Number(values.times);
const work = mkdtempSync(join(tmpdir(), 'winnow-bench-'));
const load = buildAlertLoad(work);

interface Variant {
  readonly name: string;
  /** WINNOW_CLUSTER_RATE. */
  readonly budget: string;
  readonly noisy: boolean;
}
const variants: readonly Variant[] = [
  { name: 'neighbours alone', budget: '0', noisy: false },
  { name: 'no budgets', budget: '0', noisy: true },
  { name: 'auto', budget: 'auto', noisy: true },
  { name: `${2 * rate} a second each`, budget: String(2 * rate), noisy: true },
];

interface Measured {
  readonly requestP99: number;
  readonly incidentP50: number;
  readonly incidentP99: number;
  readonly neighboursRefused: number;
  readonly noisyTaken: number;
  readonly noisyRefused: number;
  readonly peak: number;
}

async function post(url: string, cluster: string): Promise<void> {
  const labels = {
    alertname: 'KubePodCrashLooping',
    severity: 'critical',
    cluster,
    namespace: 'shop',
    deployment: 'cart',
  };
  const answer = await fetch(`${url}/api/v2/alerts`, { method: 'POST', body: JSON.stringify([{ labels }]) });
  if (answer.status !== 200) throw new Error(`a probe was answered ${answer.status}`);
}

/** Milliseconds from the post to the incident, five a second; infinity for what did not come within half a minute. */
async function probe(url: string): Promise<number[]> {
  const posted = new Map<string, number>();
  const took = new Map<string, number>();
  const stream = new AbortController();
  const following = followIncidents(
    url,
    ({ cluster }, at) => {
      const since = posted.get(cluster);
      if (since !== undefined && !took.has(cluster)) took.set(cluster, at - since);
    },
    stream.signal,
  );
  const end = performance.now() + seconds * 1_000;
  for (let number = 0; performance.now() < end; number++) {
    const next = performance.now() + 200;
    posted.set(`probe-${number}`, performance.now());
    await post(url, `probe-${number}`);
    await sleep(Math.max(0, next - performance.now()));
  }
  const patience = performance.now() + 30_000;
  await until(async () => took.size === posted.size || performance.now() > patience);
  stream.abort();
  await following;
  return [...posted.keys()].map((cluster) => took.get(cluster) ?? Number.POSITIVE_INFINITY);
}

async function measure({ budget, noisy }: Variant, round: number): Promise<Measured> {
  process.env.WINNOW_CLUSTER_RATE = budget;
  process.env.WINNOW_CLUSTER_BURST = Number(budget) > 0 ? budget : '';
  const data = join(work, `${budget}-${noisy}-${round}`);
  const { child, url } = await startWinnow(['--data', data, '--no-example']);
  try {
    const shared = { url: `${url}/api/v2/alerts`, seconds };
    const neighbours = Array.from({ length: Number(values.neighbours) }, (_, at) =>
      load({ ...shared, cluster: `neighbour-${at}`, rate, series: 500, batch: 16, conns: 2 }),
    );
    const loud: Promise<LoadFigures | undefined> = noisy
      ? load({ ...shared, cluster: 'noisy', rate: noisyRate, series: noisyRate * seconds, batch: 64, conns: 8 })
      : Promise.resolve(undefined);
    const probed = await probe(url);
    const figures = await Promise.all(neighbours);
    const loudFigures = await loud;
    return {
      requestP99: Math.max(...figures.map(({ p99_ms }) => p99_ms)),
      incidentP50: median(probed),
      incidentP99: quantile(probed, 0.99),
      neighboursRefused: figures.reduce((sum, { refused, failed }) => sum + refused + failed, 0),
      noisyTaken: loudFigures?.alerts_per_s ?? 0,
      noisyRefused: loudFigures?.refused ?? 0,
      peak: memoryMiB(child.pid!).peak,
    };
  } finally {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
    rmSync(data, { recursive: true, force: true });
  }
}

const shown = (milliseconds: number) => (Number.isFinite(milliseconds) ? whole(milliseconds) : 'never');

try {
  const all = new Map<string, Measured[]>(variants.map(({ name }) => [name, []]));
  for (let round = 1; round <= Number(values.rounds); round++)
    for (const variant of variants) all.get(variant.name)!.push(await measure(variant, round));
  const rows = [...all].map(([name, measured]) => {
    const of = (figure: keyof Measured) => shown(median(measured.map((each) => each[figure])));
    return [
      name,
      ...[of('requestP99'), of('incidentP50'), of('incidentP99'), of('neighboursRefused')],
      ...[of('noisyTaken'), of('noisyRefused'), of('peak')],
    ];
  });
  console.log(`${values.neighbours} neighbours at ${rate} alerts/s each, a noisy one at ${noisyRate}`);
  printTable(
    [
      ...['', 'request p99 ms', 'incident p50 ms', 'incident p99 ms', 'refused'],
      ...['noisy taken/s', 'noisy requests refused', 'peak MiB'],
    ],
    rows,
  );
} finally {
  rmSync(work, { recursive: true, force: true });
}

// From an alert's post to the incident that it opens, under load.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { buildAlertLoad } from './alert-load.ts';
import { followIncidents } from './event-stream.ts';
import { startScaledOut } from './scaled-out.ts';
import { startWinnow, until } from './start-winnow.ts';
import { printTable, quantile, whole } from './table.ts';

const help = `Usage: node bench/latency.ts [options]

Alerts that open an incident each are posted one at a time, every 100 ms, while others arrive at a steady rate. Measured is the time from
the post to the event on GET /api/v1/incidents/stream: through the log with its sync, signals, grouping and the read model.
"investigating": 20 further incidents are opened each second, in as many clusters, so that as many are looked into, beside the load.

  --seconds N      of each measurement (20)
  --rate N         alerts a second beside it (5000)
  --series N       of those (20000)
  --investigations N  a second (20)
  --kafka          on Kafka and Redis, each service a process, in place of \`winnow up\`

Needs Go; with --kafka the servers of test/servers.`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h' },
    seconds: { type: 'string', default: '20' },
    rate: { type: 'string', default: '5000' },
    series: { type: 'string', default: '20000' },
    investigations: { type: 'string', default: '20' },
    kafka: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(help);
  process.exit(0);
}
const seconds = Number(values.seconds);
/** After so long without a new member an incident is looked into. */
const SETTLES = 12;

interface Target {
  /** Where alerts are posted, and where incidents are read. */
  readonly intake: string;
  readonly api: string;
  stop(): Promise<void>;
}

const work = mkdtempSync(join(tmpdir(), 'winnow-bench-'));

async function startEmbedded(): Promise<Target> {
  const { child, url } = await startWinnow(['--data', join(work, 'data'), '--no-example']);
  return {
    intake: url,
    api: url,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function startOnKafka(): Promise<Target> {
  const services = await startScaledOut({
    partitions: 24,
    services: ['ingest-alerts', 'signals', 'grouping', 'context', 'rca', 'api'],
  });
  return { intake: services.urlOf('ingest-alerts'), api: services.urlOf('api'), stop: services.stop };
}

async function post(url: string, cluster: string, labels: Record<string, string>): Promise<void> {
  const alert = { labels: { alertname: 'KubePodCrashLooping', severity: 'critical', cluster, ...labels } };
  const answer = await fetch(`${url}/api/v2/alerts`, { method: 'POST', body: JSON.stringify([alert]) });
  if (answer.status !== 200) throw new Error(`a probe was answered ${answer.status}`);
}

/** Opens incidents at that pace until it is stopped. */
function openIncidents(url: string, perSecond: number): { stop(): Promise<number> } {
  let running = true;
  let opened = 0;
  const done = (async () => {
    while (running) {
      const due = performance.now() + 1_000;
      for (let at = 0; at < perSecond; at++)
        await post(url, `busy-${at}`, { namespace: `n-${opened++}`, deployment: 'app' });
      await sleep(Math.max(0, due - performance.now()));
    }
  })();
  return {
    async stop() {
      running = false;
      await done;
      return opened;
    },
  };
}

/** Milliseconds of each probe; of those that never came, infinity. */
async function probe(
  target: Target,
  run: string,
  posted: Map<string, number>,
  took: Map<string, number>,
): Promise<number[]> {
  for (let number = 0; number < seconds * 10; number++) {
    const cluster = `probe-${run}-${number}`;
    const next = performance.now() + 100;
    posted.set(cluster, performance.now());
    await post(target.intake, cluster, { namespace: 'shop', deployment: 'cart' });
    await sleep(Math.max(0, next - performance.now()));
  }
  const patience = performance.now() + 30_000;
  await until(async () => posted.size === took.size || performance.now() > patience);
  const all = [...posted.keys()].map((cluster) => took.get(cluster) ?? Number.POSITIVE_INFINITY);
  posted.clear();
  took.clear();
  return all;
}

const target = values.kafka ? await startOnKafka() : await startEmbedded();
const load = buildAlertLoad(work);
const stream = new AbortController();
const posted = new Map<string, number>();
const took = new Map<string, number>();
let findings = 0;
const following = followIncidents(
  target.api,
  ({ cluster, finding }, at) => {
    if (finding) findings++;
    const since = posted.get(cluster);
    if (since !== undefined && !took.has(cluster)) took.set(cluster, at - since);
  },
  stream.signal,
);

async function measure(name: string, run: string, investigating: boolean, rate: number): Promise<string[]> {
  const busy = investigating ? openIncidents(target.intake, Number(values.investigations)) : undefined;
  if (busy) await sleep(SETTLES * 1_000);
  const background =
    rate > 0
      ? load({
          url: `${target.intake}/api/v2/alerts`,
          series: Number(values.series),
          batch: 64,
          conns: 8,
          seconds,
          rate,
        })
      : undefined;
  findings = 0;
  const all = await probe(target, run, posted, took);
  const told = findings;
  const figures = await background;
  await busy?.stop();
  const at = (share: number) => (Number.isFinite(quantile(all, share)) ? quantile(all, share).toFixed(0) : 'never');
  return [name, whole(figures?.alerts_per_s ?? 0), String(all.length), at(0.5), at(0.99), at(1), whole(told)];
}

try {
  await measure('warm', 'w', false, 0);
  const rate = Number(values.rate);
  const rows = [
    await measure('nothing else', 'n', false, 0),
    await measure('load', 'l', false, rate),
    await measure('load, investigating', 'i', true, rate),
  ];
  printTable(['beside it', 'alerts/s', 'probes', 'p50 ms', 'p99 ms', 'max ms', 'findings told'], rows);
} finally {
  stream.abort();
  await following.catch(() => undefined);
  await target.stop();
  rmSync(work, { recursive: true, force: true });
}

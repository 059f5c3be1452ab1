// A bad image in some clusters of a noisy fleet: is it found, is nothing else linked, how soon, and at what cost.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { countedSources, type Envelope, type FleetIncident, partitionOf, topics } from '@winnow/contracts';
import type { NewRecord } from '@winnow/stream';
import { cpuOf, memoryOf, openTarget, type Target, type TargetName, targets } from './fleet/target.ts';
import { BAD_IMAGE, badClusters, fleetSeconds, type Second } from './fleet/world.ts';
import { printTable, quantile, whole } from './table.ts';

const help = `Usage: node bench/fleet.ts [options]

A fleet with the trouble that there always is (crash loops of the same images everywhere, images that somebody mistyped, nodes that fail,
alerts), and a rollout of an image that does not exist in some of its clusters. The noise before the rollout is played as fast as it goes,
which gives observations/s; the rollout at a steady rate, which gives the time from an observation's append until its cluster is a member
of the fleet incident. Ends with 1 where a cluster is missing, or one is linked that has nothing to do with it.

  --clusters N     500
  --bad N          that the image is rolled out to (40)
  --partitions N   24
  --rate N         observations/s during the rollout (500)
  --store NAME     sqlite (default) or memory: all stages of all partitions in one process
  --kafka          on real Kafka and Redis, each service a process: needs the servers of test/servers`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h' },
    clusters: { type: 'string', default: '500' },
    bad: { type: 'string', default: '40' },
    partitions: { type: 'string', default: '24' },
    rate: { type: 'string', default: '500' },
    store: { type: 'string', default: 'sqlite' },
    kafka: { type: 'boolean' },
  },
});
if (values.help) {
  console.log(help);
  process.exit(0);
}
const partitions = Number(values.partitions);
const rate = Number(values.rate);
const world = { clusters: Number(values.clusters), bad: Number(values.bad), before: 10, over: 4 };
const name = (values.kafka ? 'kafka' : values.store) as TargetName;
if (!targets.includes(name)) throw new Error(`--store takes sqlite or memory, not ${name}`);

/** Items that may wait for signals: more would measure a queue. */
const MOST_WAITING = 20_000;
const itemsOf = ({ source, items }: Envelope) => (countedSources.includes(source) ? items.length : 0);

function recordOf(envelope: Envelope): NewRecord {
  const { tenant, cluster } = envelope;
  const partition = partitionOf(tenant, cluster, partitions);
  return { topic: topics.observations.name, partition, key: cluster, headers: {}, value: envelope };
}

/** When each cluster became a member, and what the fleet incidents are now. */
function followFleet({ log }: Target) {
  const linkedAt = new Map<string, number>();
  const latest = new Map<string, FleetIncident | null>();
  for (let partition = 0; partition < partitions; partition++)
    log.subscribe({ topic: topics.fleetIncidents.name, partition, from: 0 }, async (batch) => {
      for (const { key, value } of batch) {
        latest.set(key, value as FleetIncident | null);
        const fleet = value as FleetIncident | null;
        if (fleet?.causes[0]?.key !== BAD_IMAGE) continue;
        for (const { cluster } of fleet.members) if (!linkedAt.has(cluster)) linkedAt.set(cluster, performance.now());
      }
    });
  const open = () =>
    [...latest.values()].filter((each) => each !== null && each.status === 'open' && each.mergedInto === undefined);
  return { linkedAt, open: () => open() as FleetIncident[] };
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 1_800_000; !(await holds()); await sleep(10))
    if (performance.now() > end) throw new Error(`waited half an hour until ${what}`);
}

async function play(target: Target): Promise<number> {
  const fleet = followFleet(target);
  const appendedAt = new Map<string, number>();
  let [appended, envelopes] = [0, 0];

  async function append(second: Second): Promise<void> {
    if (second.envelopes.length === 0) return;
    for (const cluster of second.hit) appendedAt.set(cluster, performance.now());
    await target.log.append(second.envelopes.map(recordOf));
    envelopes += second.envelopes.length;
    appended += second.envelopes.reduce((sum, each) => sum + itemsOf(each), 0);
  }

  const start = performance.now();
  const cpuBefore = cpuOf(target.pids);
  let noise: Noise | undefined;
  for (const [at, second] of [...fleetSeconds(world)].entries()) {
    if (at === world.before * 60) {
      await until('signals has decided on the noise', async () => (await target.decided()) >= appended);
      const seconds = (performance.now() - start) / 1000;
      noise = { items: appended, envelopes, seconds, cpu: cpuOf(target.pids) - cpuBefore };
    }
    if (noise) await sleep((second.envelopes.length / rate) * 1000);
    else await until('signals comes along', async () => appended - (await target.decided()) < MOST_WAITING);
    await append(second);
  }
  await until('signals has decided on all', async () => (await target.decided()) >= appended);
  const bad = badClusters(world);
  await until('all are linked', () => bad.every((cluster) => fleet.linkedAt.has(cluster))).catch(() => undefined);
  return report(target, { fleet, appendedAt, bad, noise: noise as Noise });
}

interface Noise {
  readonly items: number;
  readonly envelopes: number;
  readonly seconds: number;
  /** Microseconds. */
  readonly cpu: number;
}

interface Played {
  readonly fleet: ReturnType<typeof followFleet>;
  readonly appendedAt: ReadonlyMap<string, number>;
  readonly bad: readonly string[];
  readonly noise: Noise;
}

function report(target: Target, { fleet, appendedAt, bad, noise }: Played): number {
  const open = fleet.open();
  const ours = open.filter(({ causes }) => causes[0]?.key === BAD_IMAGE);
  const members = new Set(ours.flatMap((each) => each.members.map(({ cluster }) => cluster)));
  const missing = bad.filter((cluster) => !members.has(cluster));
  const others = open.filter((each) => !ours.includes(each)).flatMap((each) => each.members);
  const falseLinks = others.length + [...members].filter((cluster) => !bad.includes(cluster)).length;
  const waits = bad.flatMap((cluster) => {
    const [linked, sent] = [fleet.linkedAt.get(cluster), appendedAt.get(cluster)];
    return linked !== undefined && sent !== undefined ? [linked - sent] : [];
  });
  const ms = (share: number) => `${whole(quantile(waits, share))} ms`;
  printTable(
    ['', name],
    [
      ['clusters, partitions', `${world.clusters}, ${partitions}`],
      ['noise: observations', whole(noise.envelopes)],
      ['noise: observations/s', whole(noise.envelopes / noise.seconds)],
      ['noise: items/s', whole(noise.items / noise.seconds)],
      ['noise: CPU, µs/observation', whole(noise.cpu / noise.envelopes)],
      ['until linked, p50', ms(0.5)],
      ['until linked, p99', ms(0.99)],
      ['peak memory, MiB', whole(memoryOf(target.pids))],
      ['fleet incidents of the rollout', String(ours.length)],
      ['members', `${members.size} of ${bad.length}`],
      ['false links', String(falseLinks)],
    ],
  );
  return ours.length === 1 && missing.length === 0 && falseLinks === 0 ? 0 : 1;
}

const target = await openTarget(name, partitions);
const failed = target.done.then(() => new Promise<never>(() => undefined));
const code = await Promise.race([play(target), failed]);
await target.close();
process.exit(code);

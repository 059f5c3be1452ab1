// Records a second through the scaled-out flow, end to end over the broker.

import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { partitionOf, topics } from '@winnow/contracts';
import { openKafkaLog, readKafkaConfig } from '@winnow/kafka';
import type { NewRecord } from '@winnow/stream';
import { observationOf } from './observations.ts';
import { cpuMicros } from './process-figures.ts';
import { type ScaledOut, startScaledOut } from './scaled-out.ts';
import { printTable, whole } from './table.ts';

const help = `Usage: node bench/kafka.ts [options]

Real Kafka and Redis, and \`winnow service signals\` and \`grouping\` as processes. Observations are appended to the broker as fast as it takes
them; measured is the time from the first append until grouping has committed everything that came of them.

  --records N        observations in a measurement (100000)
  --items N          alerts in each (1)
  --clusters N       that they are spread over (240)
  --series N         distinct alerts of a cluster (20): each is told once before the clock starts
  --partitions N,…   a measurement for each (1,24)
  --instances N,…    of signals and of grouping, with each number of partitions (1,4)

The rows with one partition are the ceiling of one cluster, which is never on more. Needs the servers of test/servers.`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h' },
    records: { type: 'string', default: '100000' },
    items: { type: 'string', default: '1' },
    clusters: { type: 'string', default: '240' },
    series: { type: 'string', default: '20' },
    partitions: { type: 'string', default: '1,24' },
    instances: { type: 'string', default: '1,4' },
  },
});
if (values.help) {
  console.log(help);
  process.exit(0);
}
const records = Number(values.records);
const madeUp = { clusters: Number(values.clusters), series: Number(values.series), items: Number(values.items) };
/** Records of one append. */
const AT_ONCE = 2_000;

function recordOf(number: number, at: number, partitions: number): NewRecord {
  const value = observationOf(madeUp, number, at);
  return {
    topic: topics.observations.name,
    partition: partitionOf(value.tenant, value.cluster, partitions),
    key: value.cluster,
    headers: { ce_specversion: '1.0', ce_type: 'observation', ce_source: value.source },
    value,
  };
}

/** Appends these. @returns how many a second. */
async function append(env: NodeJS.ProcessEnv, partitions: number, first: number, count: number): Promise<number> {
  const log = openKafkaLog(readKafkaConfig(env), { onWarning: () => undefined });
  const begun = performance.now();
  for (let from = 0; from < count; from += AT_ONCE) {
    const at = Date.now();
    const numbers = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, index) => first + from + index);
    await log.append(numbers.map((number) => recordOf(number, at, partitions)));
  }
  const took = performance.now() - begun;
  await log.close();
  return (count / took) * 1_000;
}

/** The sum of a metric over the instances of a service. */
async function sumOf(services: ScaledOut, service: string, metric: RegExp): Promise<number> {
  let sum = 0;
  for (const url of services.urlsOf(service)) {
    const text = await (await fetch(`${url}/metrics`)).text();
    for (const line of text.split('\n')) if (metric.test(line)) sum += Number(line.slice(line.lastIndexOf(' ') + 1));
  }
  return sum;
}

/** Resolves when signals has counted every item and grouping has read all that signals told. */
async function untilThrough(services: ScaledOut, appended: number): Promise<void> {
  const decided = /^winnow_outcomes_total\{/;
  while ((await sumOf(services, 'signals', decided)) < appended * madeUp.items) await sleep(200);
  const lag = /^winnow_log_lag_records\{topic="winnow\.signals"/;
  // Twice in a row: what was appended last may not have been seen yet.
  for (let quiet = 0; quiet < 2; await sleep(200))
    quiet = (await sumOf(services, 'grouping', lag)) === 0 ? quiet + 1 : 0;
}

async function measure(partitions: number, instances: number): Promise<string[]> {
  const services = await startScaledOut({ partitions, instances, services: ['signals', 'grouping'] });
  try {
    // Every alert once, so that what is new and what comes again are not mixed.
    const once = Math.ceil((madeUp.clusters * madeUp.series) / madeUp.items);
    await append(services.env, partitions, 0, once);
    await untilThrough(services, once);
    const cpu = () => services.pids().reduce((sum, pid) => sum + cpuMicros(pid), 0);
    const before = cpu();
    const begun = performance.now();
    const appended = await append(services.env, partitions, once, records);
    await untilThrough(services, once + records);
    const seconds = (performance.now() - begun) / 1_000;
    const rate = records / seconds;
    return [
      ...[String(partitions), String(instances), whole(appended), whole(rate), whole(rate * madeUp.items)],
      ((cpu() - before) / records).toFixed(1),
    ];
  } finally {
    await services.stop();
  }
}

const rows: string[][] = [];
for (const partitions of values.partitions.split(',').map(Number))
  for (const instances of values.instances.split(',').map(Number)) {
    rows.push(await measure(partitions, instances));
    console.error(rows.at(-1)?.join(' '));
  }
printTable(
  ['partitions', 'instances', 'appended/s', 'records/s through', 'alerts/s', 'CPU µs/record of the services'],
  rows,
);

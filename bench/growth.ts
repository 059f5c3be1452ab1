// What a record costs as the log grows.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { partitionOf, topics } from '@winnow/contracts';
import { groupingStage } from '@winnow/grouping';
import { signalsStage } from '@winnow/signals';
import { openSqlite } from '@winnow/sqlite';
import { type NewRecord, runStage } from '@winnow/stream';
import { observationOf } from './observations.ts';
import { memoryMiB } from './process-figures.ts';
import { printTable, whole } from './table.ts';

const help = `Usage: node bench/growth.ts [options]

Appends arrivals to the embedded log and has signals and grouping decide them, in one process. Prints the CPU that a record cost, and the
memory, at each power of ten: they are to stay flat. The alerts of some clusters repeat; time goes on by 20 ms with each record.

  --records N    at the end (1000000; 10000000 for the last decade)
  --clusters N   (20)
  --series N     distinct alerts of each (500)
  --items N      alerts in a record (8)`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h' },
    records: { type: 'string', default: '1000000' },
    clusters: { type: 'string', default: '20' },
    series: { type: 'string', default: '500' },
    items: { type: 'string', default: '8' },
  },
});
if (values.help) {
  console.log(help);
  process.exit(0);
}
const records = Number(values.records);
const madeUp = { clusters: Number(values.clusters), series: Number(values.series), items: Number(values.items) };
const AT_ONCE = 200;
const begin = Date.parse('2026-03-08T00:00:00Z');

function recordOf(number: number): NewRecord {
  const value = observationOf(madeUp, number, begin + number * 20);
  const headers = { ce_specversion: '1.0', ce_type: 'observation', ce_source: value.source };
  return {
    ...{ topic: topics.observations.name, key: value.cluster, headers, value },
    partition: partitionOf(value.tenant, value.cluster, 1),
  };
}

const cpuOfAll = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

const data = mkdtempSync(join(tmpdir(), 'winnow-bench-'));
// Kept by size, as in `up`: what is measured is growth, not a full disk.
const sqlite = openSqlite({
  dir: data,
  retention: { maxAgeMs: Number.MAX_SAFE_INTEGER, maxBytes: 1024 * 1024 * 1024, consumers: {} },
});
const shared = { log: sqlite.log, store: sqlite.store, partition: 0 };
const grouping = await runStage({ ...shared, stage: groupingStage() });
const signals = await runStage({ ...shared, stage: signalsStage() });
const rows: string[][] = [];
let made = 0;

/** What the harness itself costs: arrivals are made up in this process, too. */
function harnessMicros(): number {
  const begun = cpuOfAll();
  for (let number = 0; number < 20_000; number++) recordOf(number);
  return (cpuOfAll() - begun) / 20_000;
}

for (let decade = 10_000, from = 0; from < records; decade *= 10) {
  const to = Math.min(decade, records);
  // The second half of a decade: what begins is over by then.
  const measuredFrom = from + Math.floor((to - from) / 2);
  let before = 0;
  for (; made < to; made += AT_ONCE) {
    if (made >= measuredFrom && before === 0) before = cpuOfAll();
    await sqlite.log.append(Array.from({ length: AT_ONCE }, (_, index) => recordOf(made + index)));
    await sqlite.log.idle();
    if (made % 100_000 === 0) await sqlite.sweep(begin + made * 20);
  }
  const cost = (cpuOfAll() - before) / (to - measuredFrom);
  const harness = harnessMicros();
  const { heapUsed } = process.memoryUsage();
  const size = sqlite.size().used / 1024 / 1024;
  rows.push([
    ...[whole(to), cost.toFixed(1), harness.toFixed(1), whole(heapUsed / 1024 / 1024)],
    ...[whole(memoryMiB(process.pid).now), whole(size)],
  ]);
  console.error(rows.at(-1)?.join('  '));
  from = to;
}
printTable(['records', 'CPU µs/record', 'of it the harness', 'heap MiB', 'resident MiB', 'log MiB'], rows);
await signals.close();
await grouping.close();
await sqlite.close();
rmSync(data, { recursive: true, force: true });

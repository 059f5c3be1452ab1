// How fast an agent catches up: a buffer full of arrivals is forwarded to a real broker.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Envelope } from '@winnow/contracts';
import { applyTopics, openKafkaLog, readKafkaConfig } from '@winnow/kafka';
import { openBuffer } from '../packages/cli/src/agent/buffer.ts';
import { startForward } from '../packages/cli/src/agent/forward.ts';
import { openForwardPlace } from '../packages/cli/src/agent/forward-place.ts';
import { startKafka } from '../test/servers/index.ts';

const PARTITIONS = 24;
/** Arrivals that are appended together, as a busy minute does. */
const TOGETHER = 500;

const { values } = parseArgs({
  options: { help: { type: 'boolean', short: 'h' }, records: { type: 'string', default: '50000' } },
});
if (values.help) {
  console.log(
    'Usage: node bench/forward.ts [--records N]   arrivals in the buffer (50000). Needs the Kafka of test/servers.',
  );
  process.exit(0);
}
const records = Number(values.records);

const alertOf = (number: number): Envelope => ({
  ...{ schema: 1, tenant: 'default', cluster: 'edge', source: 'alertmanager.alerts', instance: 'agent' },
  at: new Date(Date.UTC(2026, 2, 8) + number * 10).toISOString(),
  items: [
    {
      ...{ type: 'alert', status: 'firing', fingerprint: number.toString(16).padStart(16, '0') },
      labels: { alertname: 'KubePodCrashLooping', namespace: 'shop', pod: `cart-${number}`, severity: 'warning' },
      annotations: { description: `Pod shop/cart-${number} is in waiting state (reason: "CrashLoopBackOff").` },
    },
  ],
});

const data = mkdtempSync(join(tmpdir(), 'winnow-forward-'));
const kafka = await startKafka();
const log = openKafkaLog(readKafkaConfig({ WINNOW_KAFKA_BROKERS: kafka.broker }));
const admin = log.client.kafka.admin();
await admin.connect();
await applyTopics(admin, {
  ...{ partitions: PARTITIONS, replicationFactor: 1, minInsyncReplicas: 1, retentionMs: 86_400_000 },
});
await admin.disconnect();

const buffer = openBuffer({ data, limit: 2 ** 34 });
const filling = performance.now();
for (let from = 0; from < records; from += TOGETHER)
  await buffer.append(Array.from({ length: Math.min(TOGETHER, records - from) }, (_, at) => alertOf(from + at)));
const filled = performance.now();
const cpuFilled = process.cpuUsage();
const place = await openForwardPlace(buffer.sqlite.store);
const forward = startForward({
  ...{ buffer, place, log, producer: `agent/edge/${place.id}` },
  partitions: async () => PARTITIONS,
  onTrouble: (error) => console.error(String(error)),
});
while (forward.offset < records) await new Promise((resolve) => setTimeout(resolve, 5));
const seconds = (performance.now() - filled) / 1000;
const { user, system } = process.cpuUsage(cpuFilled);
const rate = (time: number) => Math.round(records / time).toLocaleString('en-US');
console.log(`taken:     ${rate((filled - filling) / 1000)} records/s, ${TOGETHER} with each sync`);
console.log(
  `forwarded: ${rate(seconds)} records/s to one broker, in order, acknowledged; ${Math.round((user + system) / records)} µs of CPU each`,
);

await forward.close();
await buffer.close();
await log.close();
await kafka.stop();
rmSync(data, { recursive: true });

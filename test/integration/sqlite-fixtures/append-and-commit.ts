// Appends records and commits as a stage does, without end; each acknowledgement is told in a line at once, by a plain write.
// A record's value is its own number; each commit puts out one record for each one that it read, and a delta that names its end.
import { writeSync } from 'node:fs';
import { openSqlite } from '@winnow/sqlite';
import type { LogRecord, NewRecord } from '@winnow/stream';

const input = 'winnow.observations';
const output = 'winnow.signals';
const { log, store, sweep } = openSqlite({ dir: process.argv[2]!, durability: process.argv[3] as 'disk' | 'process' });
const record = (topic: NewRecord['topic'], value: unknown): NewRecord => ({
  topic,
  partition: 0,
  key: 'prod',
  headers: {},
  value,
});

const claim = await store.claim('copy', 0);
let { offsets, seq } = await store.load(claim);

async function copyBatch(batch: readonly LogRecord[]): Promise<void> {
  const to = { [input]: batch.at(-1)!.offset + 1 };
  // Also the latest offset of each of a few keys, in a compacted topic.
  const outgoing = batch.flatMap(({ value, offset }) => [
    record(output, value),
    { ...record('winnow.inventory', offset), key: `k${offset % 7}` },
  ]);
  seq += batch.length;
  const content = new TextEncoder().encode(String(to[input]));
  const snapshots = seq % 5 === 0 ? [{ bucket: seq % 2, of: 2, content }] : [];
  const ledger = [{ source: 'audit.event', outcome: 'signal', reason: '', count: to[input] }] as const;
  const result = await store.commit(claim, {
    from: offsets,
    to,
    version: 1,
    seq,
    delta: content,
    snapshots,
    ledger,
    outgoing,
  });
  if (result !== 'committed') throw new Error(result);
  offsets = to;
  writeSync(1, `committed ${to[input]}\n`);
}

log.subscribe({ topic: input, partition: 0, from: offsets[input] ?? 0, maxBatch: 10 }, copyBatch);
writeSync(1, 'begin\n');
for (let round = 0; ; round++) {
  const appends = [1, 2, 3].map((size) => log.append(Array.from({ length: size }, (_, index) => record(input, index))));
  for (const append of appends) append.then((given) => writeSync(1, `appended ${given.join(' ')}\n`));
  await Promise.all(appends);
  if (round % 20 === 19) await sweep(Date.now());
}

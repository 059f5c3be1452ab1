// Appends at the same time, in rounds, and then commits as a stage does; each that has resolved is told in a line. Ends by itself.
import { writeSync } from 'node:fs';
import { openSqlite } from '@winnow/sqlite';

const [dir, rounds, together, commits, durability] = process.argv.slice(2);
const { log, store } = openSqlite({ dir: dir!, durability: durability as 'disk' | 'process' });
const one = { topic: 'winnow.observations', partition: 0, key: 'prod', headers: {}, value: 'x' } as const;
const claim = await store.claim('signals', 0);

writeSync(1, 'begin\n');
for (let round = 0; round < Number(rounds); round++) {
  const appends = Array.from({ length: Number(together) }, () => log.append([one]));
  // Written at once, so that a trace shows the syncs before the acknowledgements.
  for (const append of appends) append.then(([offset]) => writeSync(1, `ack ${offset}\n`));
  await Promise.all(appends);
}
const nothing = { version: 1, seq: 0, snapshots: [], ledger: [], outgoing: [one] };
for (let at = 0; at < Number(commits); at++) {
  const offsets = (offset: number) => ({
    from: { 'winnow.observations': offset },
    to: { 'winnow.observations': offset + 1 },
  });
  await store.commit(claim, { ...nothing, ...offsets(at), delta: Uint8Array.of(at) });
  writeSync(1, `commit ${at}\n`);
}
if (Number(commits) > 0) await log.append([one]).then(() => writeSync(1, 'ack last\n'));
writeSync(1, 'end\n');
process.kill(process.pid, 'SIGKILL');

// Appends at the same time, in rounds; every append that has resolved is told in a line. Ends by itself.
import { writeSync } from 'node:fs';
import { openSqlite } from '@winnow/sqlite';

const [dir, rounds, together, durability] = process.argv.slice(2);
const { log } = openSqlite({ dir: dir!, durability: durability as 'disk' | 'process' });
const one = { topic: 'winnow.observations', partition: 0, key: 'prod', headers: {}, value: 'x' } as const;

writeSync(1, 'begin\n');
for (let round = 0; round < Number(rounds); round++) {
  const appends = Array.from({ length: Number(together) }, () => log.append([one]));
  // Written at once, so that a trace shows the syncs before the acknowledgements.
  for (const append of appends) append.then(([offset]) => writeSync(1, `ack ${offset}\n`));
  await Promise.all(appends);
}
writeSync(1, 'end\n');
process.kill(process.pid, 'SIGKILL');

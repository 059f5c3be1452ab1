// kill -9 of `winnow up` while it takes alerts, again and again, on the same data.

import { setTimeout as sleep } from 'node:timers/promises';
import { type Envelope, type Incident, topics } from '@winnow/contracts';
import { openReader } from '@winnow/sqlite';
import { describe, expect, test } from 'vitest';
import { alertAbout, freshDirectory, ledgerOf, postAlerts, startUp, until } from './winnow.ts';

const ROUNDS = 20;
const SENDERS = 4;
const BATCH = 8;

/** What senders know of what they sent. */
interface Sent {
  /** Answered with 200: must never be lost. */
  readonly taken: Set<string>;
  /** Not answered: may be there or not. */
  readonly unknown: Set<string>;
}

/** Sends until the process is gone. Each alert has a number of its own; a few workloads share them, so that signals repeat. */
async function send(url: string, sender: string, sent: Sent): Promise<void> {
  for (let batch = 0; ; batch++) {
    const numbers = Array.from({ length: BATCH }, (_, at) => `${sender}-${batch}-${at}`);
    const alerts = numbers.map((number, at) => alertAbout(`workload-${at}`, { number }));
    const answer = await postAlerts(url, alerts).catch(() => undefined);
    for (const number of numbers) (answer?.status === 200 ? sent.taken : sent.unknown).add(number);
    if (!answer) return;
  }
}

function readBack(data: string): { readonly numbers: string[]; readonly incidents: Incident[] } {
  const reader = openReader(data);
  try {
    const read = (topic: typeof topics.observations.name | typeof topics.incidents.name) =>
      reader.read({ topic, partition: 0, limit: 1_000_000 });
    const items = read(topics.observations.name).flatMap((record) => (record.value as Envelope).items);
    const numbers = items.flatMap((item) => (item.type === 'alert' ? [item.labels.number ?? ''] : []));
    const latest = new Map(read(topics.incidents.name).map((record) => [record.key, record.value as Incident]));
    return { numbers, incidents: [...latest.values()] };
  } finally {
    reader.close();
  }
}

describe('given winnow up that is killed while alerts come in', () => {
  test(`when it is killed ${ROUNDS} times, then nothing answered 200 is lost, no incident is there twice, the ledger balances`, async () => {
    const data = freshDirectory();
    const sent: Sent = { taken: new Set(), unknown: new Set() };
    for (let round = 0; round < ROUNDS; round++) {
      const up = await startUp(data, '--no-example');
      const senders = Array.from({ length: SENDERS }, (_, at) => send(up.url, `${round}-${at}`, sent));
      await sleep(50 + ((round * 137) % 500));
      await up.end('SIGKILL');
      await Promise.all(senders);
    }
    expect(sent.taken.size).toBeGreaterThan(ROUNDS * BATCH);

    const up = await startUp(data, '--no-example');
    await until(
      async () => (await ledgerOf(data, 'alertmanager.alerts'))?.pending === 0,
      () => 'nothing pending',
      500,
    );
    await up.end('SIGTERM');

    const { numbers, incidents } = readBack(data);
    const stored = new Set(numbers);
    expect([...sent.taken].filter((number) => !stored.has(number))).toEqual([]);
    expect(numbers.filter((number) => !sent.taken.has(number) && !sent.unknown.has(number))).toEqual([]);
    expect(stored.size).toBe(numbers.length);

    const ledger = await ledgerOf(data, 'alertmanager.alerts');
    expect(ledger?.received).toBe(numbers.length);
    const { received = 0, signals = 0, deduplicated = 0, muted = 0, shed = 0, deadLettered = 0 } = ledger ?? {};
    expect(signals + deduplicated + muted + shed + deadLettered).toBe(received);

    const members = incidents
      .filter((each) => !each.mergedInto && each.status !== 'resolved')
      .flatMap((each) => each.members);
    expect(members.length).toBeGreaterThan(0);
    const signalIds = members.map((member) => member.signal.id);
    expect(new Set(signalIds).size).toBe(signalIds.length);
    const seen = members.map(({ signal }) => `${signal.entity.name} ${signal.symptom} ${signal.reason}`);
    expect(new Set(seen).size).toBe(seen.length);
  });
});

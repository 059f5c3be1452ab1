// What a faulty version has set aside is replayed by a mended one: on a data directory at rest, through the `up` that runs on it, on Kafka.
import type { Envelope } from '@winnow/contracts';
import { openReader, openSqlite } from '@winnow/sqlite';
import { createMemoryStore, type NewRecord } from '@winnow/stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshDirectory, ledgerOf, startUp, until, winnow } from '../e2e/winnow.ts';
import { type Kafka, missingServer, startKafka } from '../servers/index.ts';
import { arrivalAbout, setAside } from './dead-letters-fixtures/poison.ts';
import { makeTopics, openLog } from './kafka-fixtures/logs.ts';

const recordOf = (value: Envelope): NewRecord => ({
  ...{ topic: 'winnow.observations', partition: 0, key: value.cluster, headers: {}, value },
});

/** A data directory with one dead letter of one alert. */
async function poisoned(deployment: string): Promise<{ readonly data: string; readonly arrival: Envelope }> {
  const data = freshDirectory();
  const arrival = arrivalAbout(deployment);
  const sqlite = openSqlite(data);
  await sqlite.log.append([recordOf(arrivalAbout('healthy')), recordOf(arrival)]);
  await setAside(sqlite.log, sqlite.store, 0, deployment);
  await sqlite.close();
  return { data, arrival };
}

const lettersOf = async (...where: readonly string[]) =>
  (await winnow('dead-letters', 'ls', '--json', ...where)).stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

function observationsOf(data: string): readonly Envelope[] {
  const reader = openReader(data);
  try {
    return reader.read({ topic: 'winnow.observations', partition: 0 }).map(({ value }) => value as Envelope);
  } finally {
    reader.close();
  }
}

describe('given an arrival that a faulty version has set aside', () => {
  test('when it is shown and replayed at rest, then it is counted anew, and a second time only where that is meant', async () => {
    const { data, arrival } = await poisoned('cart');
    const [letter] = await lettersOf('--data', data, '--code', 'poison');
    expect(letter).toMatchObject({ stage: 'signals', code: 'poison', cluster: 'default', position: '0-1' });
    const shown = (await winnow('dead-letters', 'show', letter.id.slice(0, 8), '--data', data)).stdout;
    expect(shown).toContain('cannot decide on cart');
    expect(shown).toContain('to mend');

    const dry = await winnow('dead-letters', 'replay', '--all', '--dry-run', '--data', data);
    expect(dry).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('would be replayed from the record in the log'),
    });
    expect(observationsOf(data)).toHaveLength(2);
    const { code, stdout } = await winnow('dead-letters', 'replay', letter.id, '--as', 'ann', '--data', data);
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('as 0-2') });
    const { at, ...rest } = observationsOf(data)[2] as Envelope;
    expect(rest).toEqual({ ...arrival, at: undefined, originalAt: arrival.at, replayOf: letter.id });
    expect(at > arrival.at).toBe(true);

    const second = await winnow('dead-letters', 'replay', letter.id, '--data', data);
    expect(second).toMatchObject({ code: 2, stdout: expect.stringMatching(/was replayed at .* by ann.*--again/) });
    expect(await ledgerOf(data, 'alertmanager.alerts')).toMatchObject({ received: 2, deadLettered: 1, pending: 1 });
  });

  test('when it is replayed through the `up` that runs on the data, then it opens its incident now', async () => {
    const { data } = await poisoned('cart');
    const [{ id }] = await lettersOf('--data', data);
    const up = await startUp(data, '--no-example');
    const incidents = async () => (await fetch(`${up.url}/api/v1/incidents`)).text();
    const isThere = async () => (await incidents()).includes('cart');
    expect(await isThere()).toBe(false);
    const replayed = await winnow('dead-letters', 'replay', '--code', 'poison', '--json', '--data', data);
    expect(replayed).toMatchObject({ code: 0 });
    expect(JSON.parse(replayed.stdout)).toMatchObject({ deadLetter: id, from: 'log' });
    await until(isThere, () => 'the incident of the replayed alert');
    const ledger = await ledgerOf(data, 'alertmanager.alerts');
    expect(ledger).toMatchObject({ received: 3, signals: 2, deadLettered: 1, pending: 0 });
    const again = await winnow('dead-letters', 'replay', id, '--data', data);
    expect(again).toMatchObject({ code: 2, stdout: expect.stringContaining('--again') });
    expect((await lettersOf('--server', up.url))[0]).toMatchObject({ id, replayed: { times: 1 } });
    await up.end('SIGTERM');
  });
});

describe.skipIf(missingServer('kafka'))('given dead letters on Kafka', () => {
  let kafka: Kafka;
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(() => kafka?.stop());

  test('when they are listed and replayed, then they arrive in the partition that they were in', async () => {
    const log = openLog(kafka.broker);
    await makeTopics(log);
    const partition = 1;
    const [offset] = await log.append([{ ...recordOf(arrivalAbout('cart')), partition }]);
    await setAside(log, createMemoryStore(), partition, 'cart');
    process.env.WINNOW_KAFKA_BROKERS = kafka.broker;
    try {
      const letters = await lettersOf();
      expect(letters[0]).toMatchObject({ code: 'poison', position: `${partition}-${offset}` });
      const id = letters[0].id as string;
      const replayed = await winnow('dead-letters', 'replay', id, '--json');
      expect(JSON.parse(replayed.stdout)).toMatchObject({
        observation: `${partition}-${(offset ?? 0) + 1}`,
        from: 'log',
      });
      expect(await winnow('dead-letters', 'replay', id)).toMatchObject({ code: 2 });
    } finally {
      delete process.env.WINNOW_KAFKA_BROKERS;
      await log.close();
    }
  });
});

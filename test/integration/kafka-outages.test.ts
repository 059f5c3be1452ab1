// What is acknowledged stays, whatever happens to the broker.
import type { KafkaLog } from '@winnow/kafka';
import { LogUnavailable, type NewRecord } from '@winnow/stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { missingServer, startKafka } from '../servers/index.ts';
import { makeTopics, openLog, untilAsync } from './kafka-fixtures/logs.ts';
import { type Restartable, restartable } from './kafka-fixtures/restart.ts';

const record = (name: string, partition = 0): NewRecord => ({
  topic: 'winnow.observations',
  partition,
  key: 'cluster',
  headers: {},
  value: { name },
});

const nameOf = (value: unknown) => (value as { name: string }).name;

describe.skipIf(missingServer('kafka'))('a broker that goes away', () => {
  let broker: Restartable;
  let address: string;
  const logs: KafkaLog[] = [];
  const open = (appendPatience?: number) => {
    const log = openLog(address, appendPatience === undefined ? {} : { appendPatience });
    logs.push(log);
    return log;
  };
  beforeAll(async () => {
    const kafka = await startKafka();
    address = kafka.broker;
    broker = restartable(kafka);
    await makeTopics(open());
  });
  afterAll(async () => {
    await Promise.all(logs.map((log) => log.close()));
    await broker?.stop();
  });

  // A test that failed may have left it killed.
  beforeEach(() => broker.revive());

  /** All names of a partition from an offset on, until one that is looked for is among them. */
  async function readUntil(log: KafkaLog, partition: number, from: number, last: string): Promise<string[]> {
    const names: string[] = [];
    const subscription = log.subscribe({ topic: 'winnow.observations', partition, from }, async (batch) => {
      names.push(...batch.map(({ value }) => nameOf(value)));
    });
    await untilAsync(() => names.includes(last), last);
    await subscription.close();
    return names;
  }

  it('given appends under way, when it is killed and started again, then what was acknowledged is there once, in order', async () => {
    const log = open(60_000);
    const acknowledged: string[] = [];
    const heard: string[] = [];
    const [begun] = (await log.append([record('begun')])) as [number];
    const subscription = log.subscribe(
      { topic: 'winnow.observations', partition: 0, from: begun + 1 },
      async (batch) => {
        heard.push(...batch.map(({ value }) => nameOf(value)));
      },
    );
    let appending = true;
    const appends = (async () => {
      for (let at = 0; appending; at++) {
        const names = [`${at}a`, `${at}b`, `${at}c`];
        await Promise.all(names.map((name) => log.append([record(name)])));
        acknowledged.push(...names);
      }
    })();
    await untilAsync(() => acknowledged.length > 100, 'some appends');
    await broker.kill();
    const before = acknowledged.length;
    await broker.start();
    await untilAsync(() => acknowledged.length > before + 100, 'appends after the restart');
    appending = false;
    await appends;
    await untilAsync(() => heard.length >= acknowledged.length, 'all that was acknowledged');
    expect(heard).toEqual(acknowledged);
    await subscription.close();
  });

  it('given a broker that is away, when one appends, then it is refused as unavailable, and taken once it is back', async () => {
    const [patient, log] = [open(60_000), open(500)];
    const [from] = (await patient.append([record('before', 1)])) as [number];
    await broker.kill();
    const refused = await log.append([record('refused', 1)]).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(LogUnavailable);
    expect((refused as Error).message).toContain(address);
    await broker.start();
    await untilAsync(() =>
      log.append([record('after', 1)]).then(
        () => true,
        () => false,
      ),
    );
    const names = await readUntil(patient, 1, from, 'after');
    // An append that was refused may be there all the same.
    expect(new Set(names.filter((name) => name !== 'refused'))).toEqual(new Set(['before', 'after']));
  });

  it('given an answer that was lost, when other records are appended, then the broker does not take them for a repetition', async () => {
    const log = open(0);
    const [first] = (await log.append([record('known', 1)])) as [number];
    broker.signal('SIGSTOP');
    const given = log.append([record('given up', 1)]).catch((error: unknown) => error);
    const error = await given.finally(() => broker.signal('SIGCONT'));
    expect(error).toBeInstanceOf(LogUnavailable);
    const [second] = (await log.append([record('other', 1)])) as [number];
    const names = await readUntil(log, 1, first, 'other');
    // It was in the broker's hands when it stopped, so it is there although it was refused.
    expect(names).toEqual(['known', 'given up', 'other']);
    expect(second).toBe(first + 2);
  });
});

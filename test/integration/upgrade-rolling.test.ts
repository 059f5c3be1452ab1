// Instances of two versions share the partitions of real Kafka through a rolling restart: what the newer one has brought along is its own.
import { topics } from '@winnow/contracts';
import {
  createMemoryStore,
  jsonTable,
  openPartition,
  runStage,
  type Stage,
  type StateStore,
  type Table,
} from '@winnow/stream';
import { createLogger } from '@winnow/telemetry';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { joinGroup } from '../../packages/cli/src/service/own-partitions.ts';
import { type Kafka, missingServer, startKafka } from '../servers/index.ts';
import { makeTopics, openLog, untilAsync } from './kafka-fixtures/logs.ts';

const partitions = [0, 1];
const logger = createLogger('test', { env: {}, level: 'fatal' });

/** Counts arrivals; from version 2 on the count has another name. */
function counting(version: 1 | 2): Stage<Table<number>> {
  return {
    ...{ name: 'counting', version, inputs: [topics.observations.name], tables: { counts: 'json' } },
    open: (tables) => jsonTable<number>(tables, 'counts'),
    decide(counts) {
      counts.set(`v${version}`, (counts.get(`v${version}`) ?? 0) + 1);
      return {};
    },
    migrate: {
      1(tables) {
        const counts = jsonTable<number>(tables, 'counts');
        counts.set('v2', counts.get('v1') ?? 0);
        counts.delete('v1');
      },
    },
  };
}

describe.skipIf(missingServer('kafka'))('given instances of two versions', () => {
  let kafka: Kafka;
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(() => kafka?.stop());

  async function instance(version: 1 | 2, store: StateStore, name: string) {
    const log = openLog(kafka.broker);
    const stage = counting(version);
    const shared = { name, log, logger, onCommit: () => undefined, sessionTimeout: 6_000, grace: 5_000 };
    const owned = await joinGroup(shared, {
      start: (partition, { signal }) => runStage({ log, store, partition, stage, signal }),
    });
    const runs = () =>
      owned
        .list()
        .filter(({ status }) => status === 'running')
        .map(({ partition }) => partition);
    return { ready: owned.ready, runs, done: owned.done, leave: () => owned.drainStep.run().finally(log.close) };
  }

  test('when the newer comes, goes and comes again, then the older gives up what it cannot read, and each arrival counts once', async () => {
    const store = createMemoryStore();
    const log = openLog(kafka.broker);
    await makeTopics(log);
    const name = `rolling-${Date.now()}`;
    /** What is committed, heard of as it is. */
    const stands = new Map<number, number>();
    const watched: StateStore = {
      ...store,
      async commit(claim, commit) {
        const answer = await store.commit(claim, commit);
        if (answer === 'committed') stands.set(claim.partition, commit.to[topics.observations.name] ?? 0);
        return answer;
      },
    };
    const append = async () => {
      const record = { topic: topics.observations.name, key: 'c', headers: {}, value: {} };
      const offsets = await log.append(partitions.map((partition) => ({ ...record, partition })));
      const isHandled = () => offsets.every((offset, partition) => (stands.get(partition) ?? 0) > offset);
      await untilAsync(isHandled, 'the arrivals to be handled');
    };

    const older = await instance(1, watched, name);
    await append();
    const first = await instance(2, watched, name);
    await untilAsync(() => first.runs().length === 1 && older.runs().length === 1, 'one partition each');
    await append();
    expect(older.ready()).toBeUndefined();
    // The newer one is restarted: the older is given what was brought along meanwhile.
    await first.leave();
    await untilAsync(
      () => older.ready()?.includes('version 2, and this one reads up to 1') ?? false,
      'it to be too old',
    );
    const second = await instance(2, watched, name);
    await untilAsync(() => second.runs().length === partitions.length, 'all partitions for the newer');
    await append();
    expect(older.runs()).toEqual([]);
    expect(await Promise.race([older.done.then(() => 'ended'), 'waits to be replaced'])).toBe('waits to be replaced');
    await Promise.all([second.leave(), older.leave()]);
    for (const partition of partitions) {
      const { state } = await openPartition(counting(2), await store.load(await store.claim('counting', partition)));
      expect([...state.entries()]).toEqual([['v2', await log.end(topics.observations.name, partition)]]);
    }
    await log.close();
  });
});

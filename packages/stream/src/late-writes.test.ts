import { topics } from '@winnow/contracts';
import { describe, expect, test } from 'vitest';
import { until } from './contract/record-samples.ts';
import { sleepyLog } from './contract/sleepy-log.ts';
import { Fenced } from './errors.ts';
import { createMemoryLog } from './memory/memory-log.ts';
import { createMemoryStore } from './memory/memory-store.ts';
import type { NewRecord } from './records.ts';
import { runStage } from './run-stage.ts';
import { jsonTable, type Stage } from './stage.ts';
import type { Table } from './table.ts';

/** Tells of each word how often it was said, in a topic that is compacted. */
const counting: Stage<Table<number>> = {
  name: 'counting',
  version: 1,
  inputs: [topics.observations.name],
  tables: { counts: 'json' },
  open: (tables) => jsonTable<number>(tables, 'counts'),
  decide(counts, { key }) {
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return { emit: [{ topic: topics.incidents.name, key, type: 'incident', value: { count } }] };
  },
};

const arrival = (key: string): NewRecord => ({
  topic: topics.observations.name,
  partition: 0,
  key,
  headers: {},
  value: {},
});

describe('given an owner that falls asleep between commit and publish', () => {
  test('when it wakes long after the take-over, then compaction keeps what the new owner told last', async () => {
    const log = createMemoryLog();
    const store = createMemoryStore();
    const sleepy = sleepyLog(log);
    /** What compaction would keep. */
    const kept = () =>
      new Map(log.records(topics.incidents.name, 0).map(({ key, value }) => [key, (value as { count: number }).count]));
    const former = await runStage({ stage: counting, partition: 0, log: sleepy, store, retryDelay: 1 });
    const ended = expect(former.done).rejects.toBeInstanceOf(Fenced);
    await log.append([arrival('a'), arrival('b')]);
    await sleepy.asleep;
    const latter = await runStage({ stage: counting, partition: 0, log, store, retryDelay: 1 });
    await log.append([arrival('a')]);
    await until(() => kept().get('a') === 2, 'the second a');
    expect(kept()).toEqual(
      new Map([
        ['a', 2],
        ['b', 1],
      ]),
    );
    sleepy.wake();
    await ended;
    await until(() => log.records(topics.incidents.name, 0).length === 6, 'what was told once more');
    expect(kept()).toEqual(
      new Map([
        ['a', 2],
        ['b', 1],
      ]),
    );
    // The late ones are there, before what was told once more.
    expect(log.records(topics.incidents.name, 0).map(({ key, headers }) => `${key} ${headers.seq}`)).toEqual([
      ...['a 1', 'b 2', 'a 3'],
      ...['a 1', 'b 2', 'a 3'],
    ]);
    await latter.close();
  });
});

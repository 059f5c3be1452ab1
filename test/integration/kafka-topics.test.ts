import { isCompacted, topicNames } from '@winnow/contracts';
import { applyTopics, type KafkaLog } from '@winnow/kafka';
import type { LogRecord, NewRecord } from '@winnow/stream';
import { ConfigResourceTypes } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Kafka, missingServer, startKafka } from '../servers/index.ts';
import { openLog, removeTopics, topicSettings, untilAsync, withAdmin } from './kafka-fixtures/logs.ts';

const revision = (incident: string, at: number): NewRecord => ({
  topic: 'winnow.incidents',
  partition: 0,
  key: incident,
  headers: { ce_id: `${incident}/${at}` },
  value: { incident, at },
});

describe.skipIf(missingServer('kafka'))('the topics on a broker', () => {
  let kafka: Kafka;
  let log: KafkaLog;
  const apply = (settings: Partial<typeof topicSettings> = {}) =>
    withAdmin(log, (admin) => applyTopics(admin, { ...topicSettings, ...settings }));
  beforeAll(async () => {
    // The cleaner looks often, so that what it would do in hours it does in a test.
    kafka = await startKafka({ properties: { 'log.cleaner.backoff.ms': '100' } });
    log = openLog(kafka.broker);
  });
  afterAll(async () => {
    await log?.close();
    await kafka?.stop();
  });

  it('given none, when they are applied, then all are made, and the second time all are as they should be', async () => {
    await removeTopics(log);
    const created = await apply();
    expect(created.map(({ topic }) => topic)).toEqual(topicNames);
    expect(created.every(({ status }) => status === 'created')).toBe(true);
    const again = await apply();
    expect(again).toEqual(topicNames.map((topic) => ({ topic, status: 'verified', partitions: 2, differences: [] })));
  });

  it('given topics, when another number of partitions is asked for, then it is refused and says what to do', async () => {
    await expect(apply({ partitions: 3 })).rejects.toThrow(
      /3 partitions are wanted, and winnow\.observations has 2.*To do: /,
    );
    const unchanged = await apply();
    expect(unchanged.every(({ status }) => status === 'verified')).toBe(true);
  });

  it('given topics kept for a day, when an hour is asked for, then those kept by time differ and say how', async () => {
    const applied = await apply({ retentionMs: 3_600_000 });
    const differing = applied.filter(({ status }) => status === 'differs').map(({ topic }) => topic);
    expect(differing).toEqual(topicNames.filter((topic) => !isCompacted(topic)));
    expect(applied[0]?.differences).toEqual([
      {
        what: 'retention.ms is 86400000, wanted 3600000',
        mend: `kafka-configs.sh --bootstrap-server ${kafka.broker} --alter --entity-type topics --entity-name winnow.observations --add-config retention.ms=3600000`,
      },
    ]);
  });

  it('given a broker without enough replicas, when more in sync than there are is asked for, then nothing is made', async () => {
    await expect(apply({ minInsyncReplicas: 2 })).rejects.toThrow('min.insync.replicas 2');
  });

  it('given many revisions of two incidents of one cluster, when Kafka compacts, then the last of each and the tombstone stay', async () => {
    await compactSoon();
    for (let at = 0; at < 50; at++)
      await log.append([revision('one', at), revision('other', at), revision('gone', at)]);
    await log.append([{ ...revision('gone', 50), value: null }]);
    const kept = await untilCompacted();
    const latest = new Map(kept.map(({ key, value }) => [key, value]));
    expect(latest.get('one')).toEqual({ incident: 'one', at: 49 });
    expect(latest.get('other')).toEqual({ incident: 'other', at: 49 });
    expect(latest.get('gone')).toBeNull();
    expect(kept.map(({ offset }) => offset)).toEqual([...kept.map(({ offset }) => offset)].sort((a, b) => a - b));
  });

  it('given a compacted topic, when one reads from an offset that is gone, then it goes on with what is left behind it', async () => {
    const gone = 1;
    expect((await readAll(0)).map(({ offset }) => offset)).not.toContain(gone);
    const rest = await readAll(gone);
    expect(rest.every(({ offset }) => offset > gone)).toBe(true);
    expect(rest.find(({ key }) => key === 'one')?.value).toEqual({ incident: 'one', at: 49 });
  });

  it('given an offset that the log does not have yet, when one subscribes, then it ends and says why', async () => {
    const subscription = log.subscribe({ topic: 'winnow.dossiers', partition: 0, from: 7 }, async () => undefined);
    await expect(subscription.done).rejects.toThrow(/winnow\.dossiers\/0 ends at 0, and 7 was to be read/);
  });

  it('given a partition that is not there, when one appends to it, then it is refused by name', async () => {
    await expect(log.append([{ ...revision('one', 0), partition: 9 }])).rejects.toThrow(
      'winnow.incidents has no partition 9',
    );
  });

  it('given a record that is larger than the topic takes, when it is appended, then it is refused with the setting to raise', async () => {
    const noise = Array.from({ length: 700_000 }, () => Math.random().toString(36).slice(2)).join('');
    const huge = { ...revision('one', 0), topic: 'winnow.dossiers', value: { noise: noise.repeat(3) } } as const;
    await expect(log.append([huge])).rejects.toThrow('raise its max.message.bytes');
    await expect(log.append([{ ...huge, value: {} }])).resolves.toHaveLength(1);
  });

  /** Small segments, closed and cleaned at once. */
  async function compactSoon(): Promise<void> {
    const configEntries = Object.entries({
      'cleanup.policy': 'compact',
      'segment.ms': '100',
      'min.cleanable.dirty.ratio': '0.001',
      'max.message.bytes': '10485760',
    }).map(([name, value]) => ({ name, value }));
    const resources = [{ type: ConfigResourceTypes.TOPIC, name: 'winnow.incidents', configEntries }];
    await withAdmin(log, (admin) => admin.alterConfigs({ validateOnly: false, resources }));
  }

  /** A segment is closed by the record behind it, so it takes one more to have the others cleaned. */
  async function untilCompacted(): Promise<LogRecord[]> {
    let kept: LogRecord[] = [];
    await untilAsync(async () => {
      await log.append([revision('later', 0)]);
      kept = await readAll(0);
      return kept.filter(({ key }) => key === 'one').length === 1;
    }, 'compaction');
    return kept;
  }

  /** By a log of its own: nothing is kept from earlier readings. */
  async function readAll(from: number): Promise<LogRecord[]> {
    const marker = `marker ${Math.random()}`;
    await log.append([{ ...revision('marker', 0), headers: { marker } }]);
    const records: LogRecord[] = [];
    const reader = log.subscribe({ topic: 'winnow.incidents', partition: 0, from }, async (batch) => {
      records.push(...batch);
    });
    await untilAsync(() => records.some(({ headers }) => headers.marker === marker), 'the marker');
    await reader.close();
    return records;
  }
});

// Which instance owns which partition, as the real group coordinator decides.
import { type Assignments, followAssignments, type KafkaLog } from '@winnow/kafka';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Kafka, missingServer, startKafka } from '../servers/index.ts';
import { makeTopics, openLog, untilAsync } from './kafka-fixtures/logs.ts';

describe.skipIf(missingServer('kafka'))('the sharing of partitions', () => {
  let kafka: Kafka;
  const logs: KafkaLog[] = [];
  const open = () => {
    const log = openLog(kafka.broker);
    logs.push(log);
    return log;
  };
  beforeAll(async () => {
    kafka = await startKafka();
    await makeTopics(open());
  });
  afterAll(async () => {
    await Promise.all(logs.map((log) => log.close()));
    await kafka?.stop();
  });

  /** An instance that notes what it is told. */
  async function join(group: string): Promise<{ assignments: Assignments; holds: Set<number>; told: string[] }> {
    const holds = new Set<number>();
    const told: string[] = [];
    const assignments = await followAssignments(open().client, {
      group,
      topic: 'winnow.signals',
      sessionTimeout: 10_000,
      onAssigned: async (partitions) => {
        told.push(`assigned ${partitions}`);
        for (const partition of partitions) holds.add(partition);
      },
      onRevoked: async (partitions) => {
        told.push(`revoked ${partitions}`);
        for (const partition of partitions) holds.delete(partition);
      },
    });
    return { assignments, holds, told };
  }

  it('given one instance, when a second comes and goes, then they share and the first has all again', async () => {
    const one = await join('winnow.sharing');
    await untilAsync(() => one.holds.size === 2, 'all for one');
    const other = await join('winnow.sharing');
    await untilAsync(() => one.holds.size === 1 && other.holds.size === 1, 'one each');
    expect([...one.holds, ...other.holds].sort()).toEqual([0, 1]);
    await other.assignments.close();
    expect(other.holds.size).toBe(0);
    await untilAsync(() => one.holds.size === 2, 'all for one again');
    expect(one.told.slice(0, 2)).toEqual(['assigned 0,1', 'revoked 0,1']);
    await one.assignments.close();
    await one.assignments.done;
  });

  it('given a topic that is not there, when one joins, then it is refused and says what to do', async () => {
    const callbacks = { onAssigned: async () => undefined, onRevoked: async () => undefined };
    const missing = { group: 'winnow.nothing', topic: 'winnow.nothing' as 'winnow.signals', patience: 500 };
    await expect(followAssignments(open().client, { ...missing, ...callbacks })).rejects.toThrow('apply the topics');
  });

  it('given a callback that rejects, when partitions are assigned, then done rejects with it', async () => {
    const assignments = await followAssignments(open().client, {
      group: 'winnow.failing',
      topic: 'winnow.signals',
      onAssigned: () => Promise.reject(new Error('the state cannot be loaded')),
      onRevoked: async () => undefined,
    });
    await expect(assignments.done).rejects.toThrow('the state cannot be loaded');
    await assignments.close();
  });

  it('given a handler that never ends, when records come, then its subscription says that it is stuck', async () => {
    const log = open();
    const never = Promise.withResolvers<void>();
    const wanted = { topic: 'winnow.signals', partition: 0, from: 0 } as const;
    const subscription = log.subscribe(wanted, () => never.promise);
    await log.append([{ topic: 'winnow.signals', partition: 0, key: 'a', headers: {}, value: 1 }]);
    await untilAsync(() => log.progress().some(({ lag, stuckFor }) => lag === 1 && stuckFor > 200), 'being stuck');
    never.resolve();
    await untilAsync(() => log.progress().every(({ lag, stuckFor }) => lag === 0 && stuckFor === 0), 'progress');
    await subscription.close();
  });
});

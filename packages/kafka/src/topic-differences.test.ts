import { describe, expect, it } from 'vitest';
import { differencesOf, type FoundTopic } from './topic-differences.ts';
import { topicConfig } from './topic-settings.ts';

const settings = { partitions: 2, replicationFactor: 2, minInsyncReplicas: 1, retentionMs: 60_000 };
const topic = 'winnow.signals';
const broker = (nodeId: number) => ({ nodeId, host: 'kafka', port: 9090 + nodeId });
const partition = (partitionId: number, leader: number, replicas: number[]) =>
  ({ partitionId, leader, replicas, isr: replicas, partitionErrorCode: 0 }) as FoundTopic['partitions'][number];

function found(part: Partial<FoundTopic> = {}): FoundTopic {
  const config = new Map(Object.entries(topicConfig(topic, settings)));
  return { topic, partitions: [partition(0, 1, [1, 2]), partition(1, 2, [2, 1])], config, ...part };
}

describe('a topic that is there', () => {
  it('given what is wanted, or nothing that is wanted in particular, then nothing differs', () => {
    expect(differencesOf(found(), settings, [broker(1)])).toEqual([]);
    expect(differencesOf(found({ partitions: [partition(0, 1, [1])] }), {}, [])).toEqual([]);
  });

  it('given too few replicas, then the command keeps the leaders and those that there are, and adds the next brokers', () => {
    const [difference, ...others] = differencesOf(
      found(),
      { ...settings, replicationFactor: 3 },
      [1, 2, 3].map(broker),
    );
    expect(others).toEqual([]);
    expect(difference?.what).toBe('the replication factor is 2, wanted 3');
    const plan = JSON.parse(/echo '(.+)' > winnow\.signals\.json && /.exec(difference?.mend ?? '')?.[1] ?? '');
    expect(plan.partitions).toEqual([
      { topic, partition: 0, replicas: [1, 2, 3] },
      { topic, partition: 1, replicas: [2, 1, 3] },
    ]);
    expect(difference?.mend).toMatch(
      /kafka-reassign-partitions\.sh --bootstrap-server kafka:9091,kafka:9092,kafka:9093 --reassignment-json-file winnow\.signals\.json --execute$/,
    );
  });

  it('given too many replicas, then the command leaves out the last and never the leader', () => {
    const partitions = [partition(0, 2, [1, 2])];
    const [difference] = differencesOf(found({ partitions }), { replicationFactor: 1 }, [1, 2].map(broker));
    expect(difference?.mend).toContain('"replicas":[2]');
  });

  it('given fewer brokers than replicas are wanted, then no command is promised', () => {
    const [difference] = differencesOf(found(), { replicationFactor: 3 }, [1, 2].map(broker));
    expect(difference?.mend).toMatch(/^there are 2 brokers/);
  });

  it('given another policy, then it and its command are told', () => {
    const config = new Map([...found().config, ['cleanup.policy', 'compact']]);
    expect(differencesOf(found({ config }), settings, [broker(1)])).toEqual([
      {
        what: 'cleanup.policy is compact, wanted delete',
        mend: 'kafka-configs.sh --bootstrap-server kafka:9091 --alter --entity-type topics --entity-name winnow.signals --add-config cleanup.policy=delete',
      },
    ]);
  });
});

import { readKafkaConfig } from '@winnow/kafka';
import { describe, expect, it } from 'vitest';
import { appliedText, isToBeMended, wantedTopics } from './apply-topics.ts';

const differs = {
  topic: 'winnow.signals',
  status: 'differs',
  partitions: 24,
  differences: [{ what: 'retention.ms is 1, wanted 2', mend: 'kafka-configs.sh --alter' }],
} as const;
const config = readKafkaConfig({ WINNOW_KAFKA_BROKERS: 'kafka:9092' });

describe('the topics that are wanted', () => {
  it('given options and variables, then an option comes first, and what neither says has its default', () => {
    const env = { WINNOW_KAFKA_PARTITIONS: '6', WINNOW_KAFKA_RETENTION_HOURS: '2' };
    expect(wantedTopics({ partitions: '12' }, env)).toEqual({
      partitions: 12,
      replicationFactor: 3,
      minInsyncReplicas: 2,
      retentionMs: 7_200_000,
    });
  });

  it('given an option that is wrong, then the option is named; given a variable, then the variable', () => {
    expect(() => wantedTopics({ minInsyncReplicas: '0' }, {})).toThrow(
      '--min-insync-replicas takes a whole number from 1 to 100, not "0"',
    );
    expect(() => wantedTopics({ partitions: '1' }, { WINNOW_KAFKA_RETENTION_HOURS: 'x' })).toThrow(
      'WINNOW_KAFKA_RETENTION_HOURS takes a number above 0',
    );
    expect(() => wantedTopics({ replicationFactor: '1' }, {})).toThrow(
      'WINNOW_KAFKA_MIN_INSYNC_REPLICAS is more than --replication-factor',
    );
  });
});

describe('what became of the topics', () => {
  it('given one that differs, then the command that mends it stands below, and a person is to act', () => {
    const created = { topic: 'winnow.observations', status: 'created', partitions: 24, differences: [] } as const;
    expect(isToBeMended([created])).toBe(false);
    expect(isToBeMended([created, differs])).toBe(true);
    expect(appliedText([created, differs], config).split('\n')).toEqual([
      'topic                partitions  status',
      'winnow.observations          24  created',
      'winnow.signals               24  differs',
      '',
      'winnow.signals: retention.ms is 1, wanted 2. To mend it:',
      '  kafka-configs.sh --alter',
      '',
    ]);
  });

  it('given brokers that ask who one is, then the command is told to say so', () => {
    const secured = { ...config, WINNOW_KAFKA_TLS: 'true' } as const;
    expect(appliedText([differs], secured)).toContain('--command-config FILE');
    expect(appliedText([differs], config)).not.toContain('--command-config');
  });
});

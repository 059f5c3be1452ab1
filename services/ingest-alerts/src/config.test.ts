import { describe, expect, test } from 'vitest';
import { readAlertIntakeConfig } from './config.ts';

describe('given the environment', () => {
  test('when nothing is set, or set to nothing, then there are defaults', () => {
    const config = readAlertIntakeConfig({ WINNOW_TENANT: '', PATH: '/bin' });
    expect(config).toEqual({
      WINNOW_TENANT: 'default',
      WINNOW_INSTANCE: 'intake',
      WINNOW_CLUSTER_RATE: 'auto',
      WINNOW_REPLICA_LABELS: ['prometheus_replica', 'thanos_ruler_replica', '__replica__'],
      WINNOW_CLUSTER_LABEL: 'cluster',
    });
  });

  test('when it is set, then that counts', () => {
    const config = readAlertIntakeConfig({
      WINNOW_TENANT: 'acme',
      WINNOW_PAGERDUTY_SECRET: 'new, old',
      WINNOW_REPLICA_LABELS: 'replica,pod_replica',
      WINNOW_CLUSTER_LABEL: 'k8s_cluster',
    });
    expect(config).toMatchObject({
      WINNOW_TENANT: 'acme',
      WINNOW_PAGERDUTY_SECRET: ['new', 'old'],
      WINNOW_REPLICA_LABELS: ['replica', 'pod_replica'],
      WINNOW_CLUSTER_LABEL: 'k8s_cluster',
    });
    expect(readAlertIntakeConfig({ WINNOW_REPLICA_LABELS: 'none' }).WINNOW_REPLICA_LABELS).toEqual([]);
  });

  test.each(['WINNOW_CLUSTER_LABEL', 'WINNOW_REPLICA_LABELS'])(
    'when %s is no name of a label, then the error names it',
    (name) => {
      expect(() => readAlertIntakeConfig({ [name]: 'not-a-label' })).toThrow(name);
    },
  );
});

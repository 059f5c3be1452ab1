import { describe, expect, test } from 'vitest';
import { readAlertIntakeConfig } from './config.ts';

describe('given the environment', () => {
  test('when nothing is set, or set to nothing, then there are defaults', () => {
    const config = readAlertIntakeConfig({ WINNOW_TENANT: '', PATH: '/bin' });
    expect(config).toEqual({ WINNOW_TENANT: 'default', WINNOW_INSTANCE: 'intake' });
  });

  test('when it is set, then that counts', () => {
    expect(readAlertIntakeConfig({ WINNOW_TENANT: 'acme', WINNOW_PAGERDUTY_SECRET: 's' })).toMatchObject({
      WINNOW_TENANT: 'acme',
      WINNOW_PAGERDUTY_SECRET: 's',
    });
  });
});

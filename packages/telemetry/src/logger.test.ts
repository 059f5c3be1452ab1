import { describe, expect, test } from 'vitest';
import { createLogger } from './logger.ts';

function given(env: Record<string, string> = {}) {
  const lines: string[] = [];
  const logger = createLogger('api', { env, to: { write: (line) => void lines.push(line) } });
  return { logger, lines };
}

describe('given a logger', () => {
  test('when secrets are in fields, texts, arguments or errors, then none is written', () => {
    const { logger, lines } = given();
    logger.info(
      { password: 'hunter2-a', url: 'postgres://app:hunter2-b@db:5432', nested: { apiKey: 'hunter2-c' } },
      'started',
    );
    logger.warn('could not reach %s', 'https://u:hunter2-d@host/');
    logger.error({ err: new Error('refused: password=hunter2-e') }, 'failed');
    logger.child({ token: 'hunter2-f' }).error(new Error('Authorization: Bearer hunter2-gabcdef1234567890'));
    const text = lines.join('');
    expect(text).not.toContain('hunter2');
    expect(text).toContain('db:5432');
    expect(JSON.parse(lines[2] ?? '')).toMatchObject({ level: 'error', name: 'api', msg: 'failed' });
    expect(JSON.parse(lines[2] ?? '').err.stack).toContain('logger.test.ts');
  });

  test('when WINNOW_LOG_LEVEL is set, then it decides; when it is no level, the error says what it takes', () => {
    const { logger, lines } = given({ WINNOW_LOG_LEVEL: 'warn' });
    logger.info('left out');
    expect(lines).toEqual([]);
    expect(() => given({ WINNOW_LOG_LEVEL: 'loud' })).toThrow(/WINNOW_LOG_LEVEL takes fatal, error, warn/);
  });
});

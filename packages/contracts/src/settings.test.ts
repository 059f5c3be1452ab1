import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isServiceLink, readSettings, SettingsWrong, takesOf } from './settings.ts';

const schema = z
  .strictObject({
    WINNOW_COUNT: z.coerce.number().int().min(1).max(9).default(3).meta({ description: 'a count' }),
    WINNOW_NAME: z.string().min(1).meta({ description: 'a name', takes: 'a name' }),
    WINNOW_KEY: z.string().regex(/^k/).optional().meta({ description: 'a key', takes: 'a key', secret: true }),
    WINNOW_MODE: z.enum(['on', 'off']).optional().meta({ description: 'a mode' }),
  })
  .refine(({ WINNOW_KEY, WINNOW_MODE }) => !WINNOW_KEY || WINNOW_MODE, { message: 'WINNOW_KEY needs WINNOW_MODE' });

function problemsOf(environment: Record<string, string>, prefix?: string): string[] {
  try {
    readSettings(schema, environment, prefix === undefined ? {} : { prefix });
    return [];
  } catch (error) {
    return (error as SettingsWrong).problems.map(({ message }) => message);
  }
}

describe('settings', () => {
  it('given what is right, then values have their types, and what is set to nothing or not at all has its default', () => {
    const read = readSettings(schema, { WINNOW_NAME: 'a', WINNOW_COUNT: '', PATH: '/bin', WINNOW_OTHER: 'x' });
    expect(read).toEqual({ WINNOW_NAME: 'a', WINNOW_COUNT: 3 });
    expect(readSettings(schema, { WINNOW_NAME: 'a', WINNOW_COUNT: '7' }).WINNOW_COUNT).toBe(7);
  });

  it('given several that are wrong, then each is told with what it takes, and a secret is not shown', () => {
    expect(problemsOf({ WINNOW_COUNT: '10', WINNOW_KEY: 'hunter2', WINNOW_MODE: 'maybe' })).toEqual([
      'WINNOW_COUNT takes a whole number from 1 to 9, not "10"',
      'WINNOW_NAME is to be set: it takes a name',
      'WINNOW_KEY takes a key',
      'WINNOW_MODE takes on or off, not "maybe"',
    ]);
    expect(() => readSettings(schema, {})).toThrow(SettingsWrong);
  });

  it('given values that do not go together beside one that is wrong, then both are told; of the wrong one no more', () => {
    expect(problemsOf({ WINNOW_NAME: 'a', WINNOW_COUNT: 'x', WINNOW_KEY: 'k' })).toEqual([
      'WINNOW_COUNT takes a whole number from 1 to 9, not "x"',
      'WINNOW_KEY needs WINNOW_MODE',
    ]);
    expect(problemsOf({ WINNOW_NAME: 'a', WINNOW_KEY: 'k', WINNOW_MODE: 'maybe' })).toEqual([
      'WINNOW_MODE takes on or off, not "maybe"',
    ]);
  });

  it('given a prefix that is the schema’s own, then others that begin so are told, but not what Kubernetes sets', () => {
    const links = {
      WINNOW_PORT: 'tcp://10.0.0.1:1',
      WINNOW_SERVICE_PORT_HTTP: '1',
      WINNOW_PORT_1_TCP_ADDR: '10.0.0.1',
    };
    expect(problemsOf({ WINNOW_NAME: 'a', WINNOW_NAEM: 'b', ...links }, 'WINNOW_')).toEqual([
      'WINNOW_NAEM is no setting of Winnow',
    ]);
    expect(isServiceLink('WINNOW_KAFKA_PARTITIONS')).toBe(false);
  });

  it.each([
    [z.coerce.number().positive(), 'a number above 0'],
    [z.coerce.number().int().min(0), 'a whole number from 0 on'],
    [z.coerce.number(), 'a number'],
    [z.enum(['a', 'b', 'c']).optional(), 'a, b or c'],
    [z.url().optional(), 'a URL'],
    [z.string(), 'a text'],
  ])('given a schema without words, then they follow from it', (setting, words) => {
    expect(takesOf(setting)).toBe(words);
  });
});

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fillCache, findCached } from './cache.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'winnow-test-cache-'));
  vi.stubEnv('XDG_CACHE_HOME', home);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

const write = async (into: string) => writeFileSync(join(into, 'server'), '');

describe('given an empty cache', () => {
  test('when two fill the same folder at once, then it is filled once and both have it', async () => {
    let fills = 0;
    const fill = async (into: string) => {
      fills += 1;
      await write(into);
    };
    const [one, other] = await Promise.all([fillCache('redis-7', fill), fillCache('redis-7', fill)]);
    expect([fills, one, readdirSync(one)]).toEqual([1, other, ['server']]);
    expect(findCached('redis-7')).toBe(one);
  });

  test('when the filling fails, then nothing is there, and the next one fills it', async () => {
    const fails = fillCache('redis-7', async (into) => {
      await write(into);
      throw new Error('the build broke');
    });
    await expect(fails).rejects.toThrow('the build broke');
    expect(findCached('redis-7')).toBeUndefined();
    expect(readdirSync(await fillCache('redis-7', write))).toEqual(['server']);
  });
});

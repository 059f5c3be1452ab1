import { describe, expect, it } from 'vitest';
import { areWithinClusters, isAmongClusters, TENANT_NAME } from './index.ts';

describe('patterns of clusters', () => {
  it.each([
    [undefined, 'any', true],
    [['prod'], 'prod', true],
    [['prod'], 'prod-eu', false],
    [['prod-*'], 'prod-eu', true],
    [['prod-*'], 'preprod-eu', false],
    [['*-eu-*'], 'prod-eu-1', true],
    [['prod.eu'], 'prodxeu', false],
    [['a*'], 'a\nb', true],
    [['a*a'], 'a', false],
    [['a*b*b'], 'ab', false],
    [['**'], '', true],
    [[], 'prod', false],
  ])('%j takes %j: %s', (patterns, cluster, taken) => {
    expect(isAmongClusters(patterns, cluster)).toBe(taken);
  });

  it('are within others where these take all that they take', () => {
    expect(areWithinClusters(['prod-*'], undefined)).toBe(true);
    expect(areWithinClusters(['prod-*', 'edge'], ['edge', 'prod-*'])).toBe(true);
    expect(areWithinClusters(['prod-eu'], ['prod-*'])).toBe(true);
    expect(areWithinClusters(['prod-*'], ['prod-eu'])).toBe(false);
    expect(areWithinClusters(['*'], ['prod-*'])).toBe(false);
  });

  it('with many stars are matched fast', () => {
    expect(isAmongClusters([`${'*'.repeat(200)}x`], 'a'.repeat(253))).toBe(false);
    expect(isAmongClusters([`${'*a'.repeat(100)}x`], 'a'.repeat(253))).toBe(false);
  });
});

describe('names of tenants', () => {
  it.each(['acme', 'team_7', 'a.b:c@d-e'])('%s is one', (name) => expect(TENANT_NAME.test(name)).toBe(true));
  it.each(['', 'a/b', 'a|b', '*', 'a b'])('%j is none', (name) => expect(TENANT_NAME.test(name)).toBe(false));
});

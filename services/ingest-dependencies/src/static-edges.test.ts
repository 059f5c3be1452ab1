import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Envelope } from '@winnow/contracts';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readDependenciesConfig } from './config.ts';
import type { LiveSource } from './live-source.ts';
import { startStaticEdges } from './static-edges.ts';

let dir: string;
let source: LiveSource | undefined;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'winnow-edges-'));
});
afterEach(async () => {
  await source?.stop();
  rmSync(dir, { recursive: true });
});

const call = (to: string, more: object = {}) => ({
  from: { namespace: 'shop', service: 'web' },
  to: { namespace: 'shop', service: to },
  ...more,
});
const eventually = (check: () => void) => vi.waitFor(check, { timeout: 30_000, interval: 5 });

describe('given edges in a file', () => {
  test('when it is read and changed, then what is new is told, what was taken out is gone, what is wrong is named', async () => {
    const path = join(dir, 'dependencies.json');
    const log: Envelope[] = [];
    const append = async (envelopes: readonly Envelope[]) => void log.push(...envelopes);
    source = startStaticEdges({
      path,
      tenant: 'default',
      instance: 'one',
      cluster: 'prod',
      append,
      now: () => '2026-03-08T15:00:00.000Z',
      lookEvery: 5,
    });
    await eventually(() =>
      expect(source?.status()[0]).toMatchObject({ state: 'blind', details: [expect.stringContaining('ENOENT')] }),
    );
    writeFileSync(path, JSON.stringify([call('cart'), call('ledger', { cluster: 'other' }), { from: {} }]));
    await eventually(() => expect(log).toHaveLength(2));
    expect(log.map(({ cluster, items }) => [cluster, items])).toEqual([
      ['prod', [{ type: 'dependency', ...call('cart'), via: 'declared' }]],
      ['other', [{ type: 'dependency', ...call('ledger'), via: 'declared' }]],
    ]);
    expect(source.status()).toMatchObject([
      { state: 'connected', details: [expect.stringContaining('[2].from.service')] },
    ]);
    writeFileSync(path, JSON.stringify([call('ledger', { cluster: 'other' })]));
    await eventually(() =>
      expect(log.flatMap(({ items }) => items)).toContainEqual(
        expect.objectContaining({ gone: true, ...call('cart') }),
      ),
    );
  });
});

test.each([
  [{ WINNOW_PROMETHEUS_URL: 'prometheus:9090' }, /WINNOW_PROMETHEUS_URL:? takes a URL/],
  [{ WINNOW_PROMETHEUS_URL: 'ftp://x' }, /WINNOW_PROMETHEUS_URL/],
])('given the setting %j, then the error names it', (environment, message) => {
  expect(() => readDependenciesConfig(environment)).toThrow(message);
  expect(readDependenciesConfig({ WINNOW_PROMETHEUS_URL: 'http://p:9090', WINNOW_DEPENDENCIES_FILE: '' })).toEqual({
    WINNOW_PROMETHEUS_URL: 'http://p:9090',
  });
});

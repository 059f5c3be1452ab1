import type { Envelope } from '@winnow/contracts';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createIntakeClock } from './clock.ts';
import { startHeartbeats } from './heartbeats.ts';
import { createSeenClusters } from './seen-clusters.ts';

describe('given an intake that is heard of', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  const start = (append: (envelopes: readonly Envelope[]) => Promise<void>, clusters = createSeenClusters('home')) =>
    startHeartbeats({
      append,
      clusters,
      sources: ['alertmanager.alerts', 'pagerduty.webhook'],
      tenant: 't',
      instance: 'intake',
      now: createIntakeClock(),
    });

  test('when time passes, then every cluster seen and the default one get a heartbeat for each source, every 5 s', async () => {
    const sent: Envelope[] = [];
    const clusters = createSeenClusters('home');
    const { stop } = start(async (envelopes) => void sent.push(...envelopes), clusters);
    clusters.add('edge');
    clusters.add('edge', 'acme');
    await vi.advanceTimersByTimeAsync(10_000);
    await stop();
    expect(sent.map((each) => `${each.tenant}/${each.cluster}`)).toEqual([
      ...['t/home', 't/home', 't/edge', 'acme/edge', 't/home', 't/edge', 'acme/edge'],
    ]);
    expect(sent[0]?.items).toEqual([
      { type: 'heartbeat', source: 'alertmanager.alerts', instance: 'intake' },
      { type: 'heartbeat', source: 'pagerduty.webhook', instance: 'intake' },
    ]);
  });

  test('when the log is slow, then heartbeats do not pile up; when it fails, they go on', async () => {
    let calls = 0;
    const { stop } = start(() => {
      calls++;
      return new Promise((_, reject) => setTimeout(() => reject(new Error('full')), 12_000));
    });
    await vi.advanceTimersByTimeAsync(16_000);
    expect(calls).toBe(2);
    await vi.advanceTimersByTimeAsync(12_000);
    await stop();
  });
});

describe('given the intake clock', () => {
  test('when the wall clock is set back, then time stands still', () => {
    const times = [5_000, 3_000, 6_000];
    const now = createIntakeClock(() => times.shift() ?? 0);
    expect([now(), now(), now()].map((at) => Date.parse(at))).toEqual([5_000, 5_000, 6_000]);
  });
});

describe('given the clusters seen', () => {
  test('when a sender invents names, then the list stays bounded and forgets the one not heard of for longest', () => {
    const seen = createSeenClusters('home', [], 2);
    for (const name of ['a', 'b', 'a', 'c']) seen.add(name);
    expect(seen.list()).toEqual([{ cluster: 'home' }, { cluster: 'a' }, { cluster: 'c' }]);
  });

  test('when a tenant invents names, then those of others stay; a name that two have is of each', () => {
    const seen = createSeenClusters('home', [], 1);
    for (const name of ['prod', 'x', 'y']) seen.add(name, 'acme');
    seen.add('y', 'other');
    seen.add('y');
    expect(seen.list()).toEqual([
      { cluster: 'home' },
      { cluster: 'y' },
      { cluster: 'y', tenant: 'acme' },
      { cluster: 'y', tenant: 'other' },
    ]);
  });
});

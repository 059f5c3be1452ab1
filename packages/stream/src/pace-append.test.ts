import type { Envelope, Item } from '@winnow/contracts';
import { describe, expect, it } from 'vitest';
import { createClusterBudgets } from './cluster-budgets.ts';
import { paceAppend } from './pace-append.ts';

const settings = { WINNOW_CLUSTER_RATE: 10, WINNOW_CLUSTER_BURST: 8 } as const;
const object = { type: 'object' } as Item;
const event = (eventType: string) => ({ type: 'event', eventType, regarding: { kind: 'Pod', name: 'x' } }) as Item;
const envelope = (source: Envelope['source'], items: readonly Item[], cluster = 'a') =>
  ({ schema: 1, tenant: 't', cluster, source, instance: 'i', at: '', items: [...items] }) satisfies Envelope;

/** Time passes only while it waits. */
function given({ signal, settings: set = settings }: { signal?: AbortSignal; settings?: typeof settings } = {}) {
  const appended: Envelope[] = [];
  let now = 0;
  const append = paceAppend({
    append: async (envelopes) => void appended.push(...envelopes),
    budgets: createClusterBudgets({ settings: set }),
    now: () => now,
    sleep: async (milliseconds) => {
      now += milliseconds;
    },
    ...(signal && { signal }),
  });
  return { append, appended, waited: () => now };
}

describe('given a source that is read', () => {
  it('when its cluster is over its budget, then it waits until there is room again, and loses nothing', async () => {
    const { append, appended, waited } = given();
    for (let round = 0; round < 4; round++) await append([envelope('kubernetes.object', Array(10).fill(object))]);
    expect(appended.flatMap(({ items }) => items).length).toBe(40);
    // 40 items at ten a second, less the eight that may come at once and the last ten, which are taken ahead.
    expect(waited()).toBeGreaterThanOrEqual(2_200);
    expect(waited()).toBeLessThan(4_000);
    expect(appended.every(({ shed }) => shed === undefined)).toBe(true);
  });

  it('when events of ordinary work find no room, then they are shed and counted, and the others are kept', async () => {
    const { append, appended, waited } = given();
    const items = [...Array(20).fill(event('Normal')), event('Warning')];
    await append([envelope('kubernetes.event', items)]);
    expect(appended[0]?.shed).toEqual([{ reason: 'rate-budget', rank: 'other', count: 12 }]);
    expect(appended[0]?.items.length).toBe(9);
    expect(appended[0]?.items.at(-1)).toMatchObject({ eventType: 'Warning' });
    expect(waited()).toBeGreaterThan(0);
    await append([envelope('kubernetes.event', [event('Normal')])]);
    expect(appended[1]).toMatchObject({ items: [], shed: [{ count: 1 }] });
  });

  it('when heartbeats, or another cluster, or what nobody counts come, then they wait for nobody', async () => {
    const { append, appended, waited } = given();
    await append([envelope('kubernetes.object', Array(50).fill(object))]);
    const beat: Item = { type: 'heartbeat', source: 'kubernetes.object', instance: 'i' };
    await append([envelope('heartbeat', [beat]), envelope('dependency', Array(99).fill(beat))]);
    await append([envelope('kubernetes.object', [object], 'b')]);
    expect([appended.length, waited()]).toEqual([4, 0]);
  });

  it('when it is to stop, then nothing waits any longer', async () => {
    const abort = new AbortController();
    const { append, appended, waited } = given({ signal: abort.signal });
    await append([envelope('kubernetes.object', Array(50).fill(object))]);
    abort.abort();
    await append([envelope('kubernetes.object', Array(50).fill(object))]);
    expect([appended.length, waited()]).toEqual([2, 0]);
  });
});

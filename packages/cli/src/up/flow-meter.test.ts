import type { Envelope } from '@winnow/contracts';
import type { CommitInfo } from '@winnow/stream';
import { describe, expect, test } from 'vitest';
import { createFlowMeter, type FlowMeter, pressureOf } from './flow-meter.ts';

const envelope = (source: Envelope['source'], items: number, cluster = 'a') =>
  ({ tenant: 't', cluster, source, items: Array(items).fill({}) }) as unknown as Envelope;
const commit = (count: number, { stage = 'signals', next = 0 } = {}) =>
  ({
    stage,
    offsets: { 'winnow.observations': next },
    ledger: [{ source: 'alertmanager.alerts', outcome: 'signal', reason: '', count }],
  }) as unknown as CommitInfo;
const figureOf = (meter: FlowMeter, name: string) =>
  meter
    .readMetrics()
    .find((family) => family.name === name)
    ?.samples.map(({ labels, value }) => ({ ...labels, value }));

describe('given a flow', () => {
  test('when items arrive and are decided, then the difference is pending, also across a restart', () => {
    const meter = createFlowMeter({ pending: { 'alertmanager.alerts': 5, heartbeat: 7 } });
    meter.appended([envelope('alertmanager.alerts', 10), envelope('heartbeat', 4)]);
    meter.committed(commit(12));
    meter.committed(commit(12, { stage: 'grouping' }));
    expect(meter.pending()).toEqual({ 'alertmanager.alerts': 3 });
    expect(meter.pendingItems()).toBe(3);
  });

  test('when items were shed on the way, then they are pending until the ledger has them', () => {
    const meter = createFlowMeter({ pending: {} });
    const shed = [{ reason: 'rate-budget', rank: 'other', count: 4 }] as const;
    meter.appended([{ ...envelope('alertmanager.alerts', 1), shed: [...shed] }]);
    expect(meter.pending()).toEqual({ 'alertmanager.alerts': 5 });
  });

  test('when it is far behind, then senders are asked to wait', () => {
    const meter = createFlowMeter({ pending: {} });
    expect(pressureOf(meter)).toBeUndefined();
    meter.appended([envelope('alertmanager.alerts', 500_001)]);
    expect(pressureOf(meter)).toEqual({ retryAfter: 5 });
  });

  test('when an append fails, then it is not writable until one succeeds', () => {
    const meter = createFlowMeter({ pending: {} });
    meter.appended([]);
    meter.refused();
    expect(meter.writable).toBe(false);
    meter.appended([]);
    expect(meter.writable).toBe(true);
  });

  test('when it knows where arrivals stand, then it tells whose wait, and how long the oldest has', () => {
    let now = 1_000;
    const meter = createFlowMeter({ pending: {} }, () => now);
    meter.appended([envelope('alertmanager.alerts', 2, 'a')], [0]);
    now = 3_000;
    meter.appended([envelope('alertmanager.alerts', 5, 'b'), envelope('heartbeat', 3, 'a')], [1, 2]);
    now = 4_000;
    expect(figureOf(meter, 'winnow_cluster_pending_items')).toEqual([
      { tenant: 't', cluster: 'b', value: 5 },
      { tenant: 't', cluster: 'a', value: 2 },
    ]);
    expect(figureOf(meter, 'winnow_oldest_pending_seconds')).toEqual([{ value: 3 }]);
    meter.committed(commit(2, { next: 1 }));
    expect(meter.pendingOf({ tenant: 't', cluster: 'a' })).toBe(0);
    expect(figureOf(meter, 'winnow_oldest_pending_seconds')).toEqual([{ value: 1 }]);
    meter.committed(commit(5, { next: 3 }));
    expect(figureOf(meter, 'winnow_oldest_pending_seconds')).toEqual([{ value: 0 }]);
  });

  test('when the stage was faster than whoever appended, then what is decided already does not wait', () => {
    const meter = createFlowMeter({ pending: {} });
    meter.committed(commit(2, { next: 1 }));
    meter.appended([envelope('alertmanager.alerts', 2)], [0]);
    expect([meter.pendingItems(), meter.pendingOf({ tenant: 't', cluster: 'a' })]).toEqual([0, 0]);
    expect(figureOf(meter, 'winnow_oldest_pending_seconds')).toEqual([{ value: 0 }]);
  });

  test('when something was left of the run before, then it is the oldest until all of it is decided', () => {
    const meter = createFlowMeter(
      { pending: { 'alertmanager.alerts': 9 }, oldestAt: '1970-01-01T00:00:01.000Z' },
      () => 11_000,
    );
    meter.appended([envelope('heartbeat', 1)], [40]);
    meter.committed(commit(4, { next: 30 }));
    expect(figureOf(meter, 'winnow_oldest_pending_seconds')).toEqual([{ value: 10 }]);
    meter.committed(commit(5, { next: 40 }));
    expect(figureOf(meter, 'winnow_oldest_pending_seconds')).toEqual([{ value: 0 }]);
  });
});

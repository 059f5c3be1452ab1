import type { Envelope } from '@winnow/contracts';
import type { CommitInfo } from '@winnow/stream';
import { describe, expect, test } from 'vitest';
import { createFlowMeter, pressureOf } from './flow-meter.ts';

const envelope = (source: Envelope['source'], items: number) =>
  ({ source, items: Array(items).fill({}) }) as unknown as Envelope;
const commit = (count: number, stage = 'signals') =>
  ({
    stage,
    ledger: [{ source: 'alertmanager.alerts', outcome: 'signal', reason: '', count }],
  }) as unknown as CommitInfo;

describe('given a flow', () => {
  test('when items arrive and are decided, then the difference is pending, also across a restart', () => {
    const meter = createFlowMeter({ 'alertmanager.alerts': 5, heartbeat: 7 });
    meter.appended([envelope('alertmanager.alerts', 10), envelope('heartbeat', 4)]);
    meter.committed(commit(12));
    meter.committed(commit(12, 'grouping'));
    expect(meter.pending()).toEqual({ 'alertmanager.alerts': 3 });
  });

  test('when it is far behind, then senders are asked to wait', () => {
    const meter = createFlowMeter({});
    expect(pressureOf(meter)).toBeUndefined();
    meter.appended([envelope('alertmanager.alerts', 500_001)]);
    expect(pressureOf(meter)).toEqual({ retryAfter: 5 });
  });

  test('when an append fails, then it is not writable until one succeeds', () => {
    const meter = createFlowMeter({});
    meter.appended([]);
    meter.refused();
    expect(meter.writable).toBe(false);
    meter.appended([]);
    expect(meter.writable).toBe(true);
  });
});

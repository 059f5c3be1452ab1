import { topics } from '@winnow/contracts';
import { describe, expect, it } from 'vitest';
import { alerts, at, record } from '../testing/records.ts';
import { createAlertIndex } from './alert-index.ts';

const alert = (over: object = {}) =>
  ({
    type: 'alert',
    fingerprint: '00000000000000aa',
    status: 'firing',
    labels: { alertname: 'A' },
    annotations: {},
    ...over,
  }) as const;
const now = Date.parse(at);
const MINUTE = 60_000;

function indexOf(...envelopes: readonly ReturnType<typeof alerts>[]) {
  const index = createAlertIndex();
  for (const [offset, each] of envelopes.entries()) index.apply(record(topics.observations.name, each, offset));
  return { firing: (time: number) => [...index.firing(time)], size: () => index.size };
}

describe('the index of firing alerts', () => {
  it('points at the latest arrival, and keeps when it was first heard of', () => {
    const later = '2026-03-08T15:22:12.035Z';
    const [row, ...others] = indexOf(
      alerts([alert()]),
      alerts([alert({ fingerprint: '00000000000000bb', status: 'resolved' }), alert()], { at: later }),
    ).firing(now);
    expect(row).toMatchObject({ offset: 1, item: 1, startsAt: now, updatedAt: now + MINUTE });
    expect(others).toEqual([]);
  });

  it('drops what was resolved, and what nobody sent again in time', () => {
    expect(indexOf(alerts([alert()]), alerts([alert({ status: 'resolved' })])).firing(now)).toEqual([]);
    const index = indexOf(alerts([alert({ endsAt: '2026-03-08T15:25:12.035Z' })]));
    expect(index.firing(now + 3 * MINUTE).length).toBe(1);
    expect(index.firing(now + 4 * MINUTE)).toEqual([]);
    expect(index.size()).toBe(0);
  });

  it('gives an alert of Prometheus without an end five minutes, and one of a webhook for ever', () => {
    expect(indexOf(alerts([alert()])).firing(now + 5 * MINUTE)).toEqual([]);
    expect(indexOf(alerts([alert()], { source: 'alertmanager.webhook' })).firing(now + 600 * MINUTE).length).toBe(1);
  });

  it('takes no turn that is older than the one it knows', () => {
    const turn = (status: string, toldAt: string) =>
      alerts([alert({ status, toldAt })], { source: 'alertmanager.webhook' });
    const [early, late, again] = ['2026-03-08T15:20:00.000Z', '2026-03-08T15:20:30.000Z', '2026-03-08T15:21:00.000Z'];
    const ended = [turn('firing', early), turn('resolved', late), turn('firing', early)];
    expect(indexOf(...ended).firing(now)).toEqual([]);
    expect(indexOf(...ended, turn('firing', again)).firing(now).length).toBe(1);
  });

  it('tells the same alert of two clusters apart', () => {
    expect(indexOf(alerts([alert()]), alerts([alert()], { cluster: 'other' })).firing(now).length).toBe(2);
  });
});

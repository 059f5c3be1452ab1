import type { AlertItem, EventItem, Item } from '@winnow/contracts';
import { describe, expect, it } from 'vitest';
import { createAdmission, sumOfRanks } from './admission.ts';
import { createClusterBudgets } from './cluster-budgets.ts';

const scope = { tenant: 't', cluster: 'a' };
const given = (burst: number) =>
  createAdmission(createClusterBudgets({ settings: { WINNOW_CLUSTER_RATE: 1, WINNOW_CLUSTER_BURST: burst } }));

const alert = (fingerprint: string, severity: string, labels: Record<string, string> = {}): AlertItem => ({
  type: 'alert',
  fingerprint,
  status: 'firing',
  labels: { alertname: 'A', severity, ...labels },
  annotations: {},
});
const alerts = (count: number, severity: string, from = 0) =>
  Array.from({ length: count }, (_, at) => alert(`${severity}-${from + at}`, severity));
const severitiesOf = (lists: readonly (readonly Item[])[] = []) =>
  lists.map((items) => items.map((item) => (item as AlertItem).labels.severity));

describe('given the items of a request', () => {
  it('when there is room, then nothing is said of them: all are taken', () => {
    expect(given(100).admit(scope, [alerts(50, 'info')], 0)).toBeUndefined();
  });

  it('when there is not, then the gravest are taken, in their order, and it is said how many of which rank were not', () => {
    const share = given(4).admit(scope, [[...alerts(3, 'info'), ...alerts(2, 'critical')], alerts(2, 'warning')], 0);
    expect(severitiesOf(share?.lists)).toEqual([
      ['critical', 'critical'],
      ['warning', 'warning'],
    ]);
    expect(share?.left).toEqual({ control: 0, critical: 0, warning: 0, other: 3, repeat: 0 });
    expect(sumOfRanks(share!.left)).toBe(3);
    expect(share?.retryAfter).toBeGreaterThan(0);
  });

  it('when they are of the control plane, or told only once, then they go before what is more severe', () => {
    const control = [
      alert('1', 'warning', { alertname: 'etcdMembersDown' }),
      alert('2', 'none', { job: 'kube-apiserver' }),
      alert('3', 'info', { alertname: 'KubeNodeNotReady' }),
    ];
    const share = given(4).admit(scope, [[...alerts(9, 'critical'), ...control]], 0);
    expect(share?.lists.flat().map((item) => (item as AlertItem).fingerprint)).toEqual(
      expect.arrayContaining(['1', '2', '3']),
    );
    const told = given(1).admit(scope, [[...alerts(9, 'warning'), { ...alert('4', ''), toldAt: 'x' }]], 0);
    expect(told?.lists.flat()).toMatchObject([{ fingerprint: '4' }]);
  });

  it('when events of a node come with those of ordinary work, then these are left', () => {
    const event = (eventType: string, kind: string) =>
      ({ type: 'event', eventType, regarding: { kind, name: 'x' } }) as EventItem;
    const share = given(1).admit(scope, [[event('Normal', 'Pod'), event('Warning', 'Node')]], 0);
    expect(share?.lists.flat()).toMatchObject([{ regarding: { kind: 'Node' } }]);
  });

  it('when it is taken once, then the same again waits for what is new, and is taken after two minutes at the latest', () => {
    const admission = given(8);
    expect(severitiesOf(admission.admit(scope, [alerts(12, 'warning')], 0)?.lists)).toEqual([Array(9).fill('warning')]);
    const again = admission.admit(scope, [[...alerts(1, 'warning'), ...alerts(2, 'info', 50)]], 4_000);
    expect(severitiesOf(again?.lists)).toEqual([['info', 'info']]);
    expect(again?.left.repeat).toBe(1);
    const later = createAdmission(
      createClusterBudgets({ settings: { WINNOW_CLUSTER_RATE: 0.001, WINNOW_CLUSTER_BURST: 8 } }),
    );
    later.admit(scope, [alerts(8, 'info')], 0);
    const ranksAt = (now: number) => later.admit(scope, [alerts(1, 'info')], now)?.left;
    expect([ranksAt(60_000)?.repeat, ranksAt(119_000)?.repeat]).toEqual([1, 1]);
    expect(ranksAt(180_001)).toMatchObject({ repeat: 0, other: 1 });
  });

  it('when not even the gravest would be taken, then it says when to come again', () => {
    const admission = given(4);
    expect(admission.refusal(scope, 0)).toBeUndefined();
    admission.admit(scope, [[...Array(40)].map((_, at) => alert(`${at}`, '', { job: 'etcd' }))], 0);
    expect(admission.refusal(scope, 0)?.retryAfter).toBeGreaterThan(0);
    expect(admission.refusal(scope, 60_000)).toBeUndefined();
  });
});

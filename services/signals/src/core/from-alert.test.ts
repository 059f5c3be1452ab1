import { describe, expect, it } from 'vitest';
import { alert, at, brief, givenStage, object, pod, podName, signalsIn } from '../testing/given.ts';

const fires = (more: object = {}) => alert('HighErrorRate', { service: 'api' }, more);
const ALERTS = ['alertmanager.alerts'] as const;

describe('repeats of an alert', () => {
  it('given a known alert, when it is sent again, then it is deduplicated, and its count is told once a minute', () => {
    const stage = givenStage();
    stage.arrives(0, 'alertmanager.alerts', [fires()]);
    for (let seconds = 10; seconds <= 50; seconds += 10) {
      const again = stage.arrives(seconds, 'alertmanager.alerts', [fires()]);
      expect([again.outcomes, again.told]).toEqual([['deduplicated'], []]);
    }
    const [refreshed] = stage.arrives(60, 'alertmanager.alerts', [fires()]).told;
    expect(refreshed).toMatchObject({ transition: 'updated', signal: { count: 6, lastSeen: at(50) } });
  });

  it('given no more arrivals, when a minute has passed, then the last count is told', () => {
    const stage = givenStage();
    stage.arrives(0, 'alertmanager.alerts', [fires({ endsAt: at(600) })]);
    stage.arrives(20, 'alertmanager.alerts', [fires({ endsAt: at(600) })]);
    expect(stage.heard(25, 75).map(({ signal }) => signal.count)).toEqual([2]);
  });

  it('given the same labels in another cluster, when both fire, then both are signals of their own', () => {
    const one = givenStage('one');
    const two = givenStage('two');
    const ids = [one, two].map((stage) => stage.arrives(0, 'alertmanager.alerts', [fires()]).told[0]?.signal.id);
    expect(ids[0]).not.toBe(ids[1]);
  });
});

describe('how an alert ends', () => {
  it('given two alerts of one signal, when one is resolved, then the signal stays; when both are, it has recovered', () => {
    const stage = givenStage();
    const [a, b] = [
      alert('HighErrorRate', { service: 'api', route: '/a' }),
      alert('HighErrorRate', { service: 'api', route: '/b' }),
    ];
    stage.arrives(0, 'alertmanager.alerts', [a, b]);
    expect(stage.arrives(10, 'alertmanager.alerts', [{ ...a, status: 'resolved' }]).told).toEqual([]);
    const end = stage.arrives(20, 'alertmanager.alerts', [{ ...b, status: 'resolved' }]);
    expect([end.outcomes, end.told.map(brief)]).toEqual([
      ['signal'],
      ['resolved request-errors Service/api recovered'],
    ]);
    expect(stage.arrives(21, 'alertmanager.alerts', [{ ...b, status: 'resolved' }]).outcomes).toEqual(['deduplicated']);
  });

  it('given endsAt, when it passes while its sender is heard, then it has timed out', () => {
    const stage = givenStage();
    stage.arrives(0, 'alertmanager.alerts', [fires({ endsAt: at(60) })]);
    expect(stage.heard(5, 55, ALERTS, 'one')).toEqual([]);
    expect(stage.heard(60, 60, ALERTS, 'one').map(brief)).toEqual(['resolved request-errors Service/api timeout']);
  });

  it('given no endsAt, when a posted alert is not repeated for 5 min, then it has timed out; a webhook tells of the end itself', () => {
    const posted = givenStage();
    posted.arrives(0, 'alertmanager.alerts', [fires()]);
    expect(posted.heard(5, 310, ALERTS, 'one').at(-1)?.signal.closedBy).toBe('timeout');
    const webhook = givenStage();
    webhook.arrives(0, 'alertmanager.webhook', [fires()]);
    expect(webhook.heard(5, 310, ['alertmanager.webhook'], 'one')).toEqual([]);
  });

  it('given a silent source, when endsAt passes unheard, then nothing is resolved: the signal is stale, and open when it is back', () => {
    const stage = givenStage();
    stage.arrives(0, 'alertmanager.alerts', [fires({ endsAt: at(100) })]);
    const silent = stage.heard(5, 300, ['kubernetes.object']);
    expect(silent.map(({ transition, signal }) => `${transition} ${signal.status}`)).toEqual(['updated stale']);
    const back = stage.heard(305, 305, ALERTS, 'one');
    expect(back.map(({ transition, signal }) => `${transition} ${signal.status}`)).toEqual(['updated open']);
    // 305 s of blindness do not count: 100 s of being heard are still to come.
    expect(stage.heard(310, 400, ALERTS, 'one')).toEqual([]);
    expect(stage.heard(405, 410, ALERTS, 'one').map(brief)).toEqual(['resolved request-errors Service/api timeout']);
  });

  it('given a timed-out alert, when it fires and is resolved again, then it opens and ends once more', () => {
    const stage = givenStage();
    stage.arrives(0, 'alertmanager.alerts', [fires({ endsAt: at(20) })]);
    stage.heard(5, 25, ALERTS, 'one');
    stage.arrives(30, 'alertmanager.alerts', [fires({ endsAt: at(90) })]);
    stage.arrives(40, 'alertmanager.alerts', [fires({ status: 'resolved' })]);
    expect(signalsIn(stage.emitted).map(({ transition }) => transition)).toEqual([
      'opened',
      'resolved',
      'opened',
      'resolved',
    ]);
  });
});

describe('always-firing-alert and resolved-unknown', () => {
  it('mutes Watchdog, InfoInhibitor and severity none; another alert counts', () => {
    const stage = givenStage();
    const items = [alert('Watchdog'), alert('InfoInhibitor'), alert('Anything', { severity: 'none' })];
    expect(stage.arrives(0, 'alertmanager.alerts', items).outcomes).toEqual(['muted:always-firing-alert']);
    expect(stage.arrives(1, 'alertmanager.alerts', [alert('Anything')]).outcomes).toEqual(['signal']);
  });
  it('mutes the end of an alert that was never seen firing', () => {
    const stage = givenStage();
    expect(stage.arrives(0, 'alertmanager.alerts', [fires({ status: 'resolved' })]).outcomes).toEqual([
      'muted:resolved-unknown',
    ]);
  });
});

describe('an alert about a pod whose owner is not known', () => {
  const notReady = () => alert('KubePodNotReady', { pod: podName('api') });
  it('given the owner is learned, when the pod is told of, then the signal moves and keeps its id', () => {
    const stage = givenStage();
    const [opened] = stage.arrives(0, 'alertmanager.alerts', [notReady()]).told;
    expect(opened?.signal.entity.kind).toBe('Pod');
    const [moved] = stage.arrives(1, 'kubernetes.object', [
      object(pod('api', { ready: false, started: 0, readySince: 0 })),
    ]).told;
    expect(moved).toMatchObject({
      transition: 'updated',
      signal: { id: opened?.signal.id, entity: { kind: 'Deployment', name: 'api' } },
    });
    expect(stage.arrives(2, 'alertmanager.alerts', [notReady()]).outcomes).toEqual(['deduplicated']);
    const end = stage.arrives(3, 'alertmanager.alerts', [{ ...notReady(), status: 'resolved' }]);
    expect(end.outcomes).toEqual(['signal']);
  });
  it('given the owner has that symptom already, when the pod is told of, then the one ends in the other', () => {
    const stage = givenStage();
    const first = stage.arrives(0, 'alertmanager.alerts', [notReady()]).told[0]?.signal.id;
    const other = pod('api', { metadata: { name: 'api-abc123-other', uid: 'other' } });
    stage.arrives(1, 'kubernetes.object', [object(other)]);
    const second = stage.arrives(2, 'alertmanager.alerts', [alert('KubePodNotReady', { pod: 'api-abc123-other' })])
      .told[0]?.signal.id;
    const { told } = stage.arrives(3, 'kubernetes.object', [object(pod('api'))]);
    expect(told.map(({ transition, signal }) => [transition, signal.id, signal.mergedInto])).toEqual([
      ['resolved', first, second],
      ['updated', second, undefined],
    ]);
    // Both alerts keep the survivor alive.
    const one = stage.arrives(4, 'alertmanager.alerts', [{ ...notReady(), status: 'resolved' }]);
    expect(one.told).toEqual([]);
    const both = stage.arrives(5, 'alertmanager.alerts', [
      alert('KubePodNotReady', { pod: 'api-abc123-other' }, { status: 'resolved' }),
    ]);
    expect(both.told.map(brief)).toEqual(['resolved not-ready Deployment/api recovered']);
  });
});

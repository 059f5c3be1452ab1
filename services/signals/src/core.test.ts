import { describe, expect, it } from 'vitest';
import {
  alert,
  at,
  brief,
  crashLooping,
  deployment,
  event,
  givenStage,
  object,
  pod,
  podName,
  replicaSet,
  signalsIn,
} from './testing/given.ts';

const known = () => [object(deployment('api')), object(replicaSet('api')), object(pod('api'))];

describe('one symptom of one owner', () => {
  it('given a crash loop, when state, event and alert tell of it, then it is one signal of the Deployment', () => {
    const stage = givenStage();
    stage.arrives(0, 'kubernetes.object', known());
    const state = stage.arrives(10, 'kubernetes.object', [object(crashLooping('api', 9), 'MODIFIED')]);
    const told = stage.arrives(11, 'kubernetes.event', [
      event('BackOff', 'Back-off restarting failed container app in pod x', { container: 'app', seconds: 11 }),
    ]);
    const fires = stage.arrives(12, 'alertmanager.alerts', [
      alert('KubePodCrashLooping', { pod: podName('api'), container: 'app' }),
    ]);

    expect(state.told.map(brief)).toEqual(['opened crash-loop Deployment/api']);
    expect(told.told.map(brief)).toEqual(['updated crash-loop Deployment/api']);
    const [last] = fires.told;
    expect(last?.signal).toMatchObject({
      entity: { kind: 'Deployment', namespace: 'shop', name: 'api' },
      subjects: [{ kind: 'Pod', namespace: 'shop', name: podName('api') }],
      sources: ['kubernetes.object', 'kubernetes.event', 'alertmanager.alerts'],
      count: 3,
      status: 'open',
      firstSeen: at(9),
      observations: ['0-1.0', '0-2.0', '0-3.0'],
      attributes: { container: 'app', node: 'n1' },
    });
    expect(new Set(signalsIn(stage.emitted).map(({ signal }) => signal.id)).size).toBe(1);
  });

  it('given a ReplicaSet that is not known, when its pod crashes, then the template hash names the Deployment', () => {
    const stage = givenStage();
    const { told } = stage.arrives(0, 'kubernetes.object', [object(crashLooping('api', -5))]);
    expect(told.map(brief)).toEqual(['opened crash-loop Deployment/api']);
  });

  it('given two pods of an owner, when one recovers, then the signal stays open; when both have for 30 s, it is resolved', () => {
    const stage = givenStage();
    const other = crashLooping('api', -5);
    other.metadata.name = 'api-abc123-zzzzz';
    stage.arrives(0, 'kubernetes.object', [object(crashLooping('api', -5)), object(other)]);
    stage.arrives(5, 'kubernetes.object', [object(pod('api', { readySince: 5 }), 'MODIFIED')]);
    expect(stage.heard(10, 60)).toEqual([]);
    const well = pod('api', { readySince: 60 });
    well.metadata.name = 'api-abc123-zzzzz';
    stage.arrives(61, 'kubernetes.object', [object(well, 'MODIFIED')]);
    expect(stage.heard(65, 90)).toEqual([]);
    expect(stage.heard(95, 95).map(brief)).toEqual(['resolved crash-loop Deployment/api recovered']);
  });

  it('given a resolved signal, when it comes back within two minutes, then it is the same signal; later it is another', () => {
    const stage = givenStage();
    const fire = () => signalsIn(stage.emitted).at(-1)?.signal;
    const gone = (seconds: number) =>
      stage.arrives(seconds, 'alertmanager.alerts', [
        alert('HighErrorRate', { service: 'api' }, { status: 'resolved' }),
      ]);
    stage.arrives(0, 'alertmanager.alerts', [alert('HighErrorRate', { service: 'api' })]);
    const first = fire()?.id;
    gone(10);
    stage.arrives(100, 'alertmanager.alerts', [alert('HighErrorRate', { service: 'api' })]);
    expect(fire()).toMatchObject({ id: first, status: 'open' });
    gone(110);
    stage.arrives(300, 'alertmanager.alerts', [alert('HighErrorRate', { service: 'api' })]);
    expect(fire()?.id).not.toBe(first);
  });

  it('given the lines of a recording, when an item belongs to a signal, then its line is noted under the signal id', () => {
    const stage = givenStage();
    const { told } = stage.arrives(0, 'kubernetes.object', [object(crashLooping('api', -5))], { line: 17 });
    const hex = told[0]!.signal.id.slice(4);
    expect(stage.tables().lines?.get((17).toString(16).padStart(16, '0'))).toEqual([
      Number.parseInt(hex.slice(0, 8), 16),
      Number.parseInt(hex.slice(8), 16),
    ]);
  });
});

describe('every item has one outcome', () => {
  it('given all kinds of arrivals, when they are counted, then the ledger holds each counted item once', () => {
    const stage = givenStage();
    stage.arrives(0, 'kubernetes.object', [
      ...known(),
      { type: 'list-begin', kind: 'Node' },
      { type: 'list-end', kind: 'Node' },
    ]);
    stage.arrives(1, 'kubernetes.event', [
      event('Pulled', 'x', { eventType: 'Normal' }),
      event('BackOff', 'Back-off restarting failed container app in pod x', { seconds: 1 }),
    ]);
    stage.arrives(2, 'alertmanager.alerts', [
      alert('Watchdog', { severity: 'none' }),
      alert('HighErrorRate', { service: 'api' }),
    ]);
    stage.arrives(3, 'dependency', [
      { type: 'dependency', from: { namespace: 'shop', service: 'a' }, to: { namespace: 'shop', service: 'b' } },
    ]);
    stage.arrives(4, 'lookup', [
      { type: 'unreadable', code: 'not-json', place: 'line 5', expected: 'JSON', found: '{' },
    ]);
    stage.heard(5, 10);
    const total = stage.ledger.reduce((sum, cell) => sum + cell.count, 0);
    expect(total).toBe(10);
    expect(stage.ledger.filter((cell) => cell.source === 'lookup')).toEqual([
      { source: 'lookup', outcome: 'dead_lettered', reason: 'not-json', count: 1 },
    ]);
    expect(stage.emitted.filter((each) => each.topic === 'winnow.dead-letters')).toHaveLength(1);
  });

  it('given time passes, when nothing else is told, then a tick tells the time every 5 s', () => {
    const stage = givenStage();
    stage.arrives(0, 'kubernetes.object', known());
    stage.heard(2, 17);
    const ticks = stage.emitted.filter((each) => each.type === 'tick').map((each) => (each.value as { at: string }).at);
    expect(ticks).toEqual([at(7), at(12), at(17)]);
  });
});

describe('a partition that is loaded again', () => {
  it('given any moment, when the state is loaded from its deltas, then the rest is decided alike', () => {
    const run = (reloadAfter: number) => {
      const stage = givenStage();
      const steps = [
        () => stage.arrives(0, 'kubernetes.object', known()),
        () => stage.arrives(5, 'kubernetes.object', [object(crashLooping('api', 4), 'MODIFIED')]),
        () =>
          stage.arrives(6, 'alertmanager.alerts', [alert('HighErrorRate', { service: 'api' }, { endsAt: at(120) })]),
        () =>
          stage.arrives(7, 'kubernetes.event', [
            event('FailedScheduling', '0/3 nodes', {
              about: 'Pod/new-abc123-xxxxx',
              seconds: 7,
              uid: 'fixed',
              resourceVersion: '7',
            }),
          ]),
        () => stage.heard(10, 60),
        () =>
          stage.arrives(61, 'kubernetes.object', [
            object(pod('api', { readySince: 61, metadata: { resourceVersion: '99999' } }), 'MODIFIED'),
          ]),
        () => stage.heard(65, 800),
      ];
      for (const [index, step] of steps.entries()) {
        step();
        if (index === reloadAfter) stage.reload();
      }
      return stage.emitted.filter((each) => each.type === 'signal').map((each) => brief(each.value as never));
    };
    const whole = run(-1);
    expect(whole.length).toBeGreaterThan(4);
    for (const cut of [0, 1, 2, 3, 4, 5]) expect(run(cut)).toEqual(whole);
  });
});

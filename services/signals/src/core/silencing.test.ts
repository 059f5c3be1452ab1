import type { OperatorItem } from '@winnow/contracts';
import { describe, expect, it } from 'vitest';
import { alert, at, brief, event, givenStage } from '../testing/given.ts';

type Stage = ReturnType<typeof givenStage>;
const fires = (more: object = {}) => alert('HighErrorRate', { service: 'api' }, more);

const silence = (over: object = {}): OperatorItem => ({
  type: 'operator',
  act: 'silence',
  silence: {
    id: 'sil-1',
    matchers: [{ name: 'service', value: 'api', isRegex: false, isEqual: true }],
    startsAt: at(0),
    endsAt: at(600),
    createdBy: 'ada',
    comment: '',
    ...over,
  },
});
const silences = (stage: Stage, seconds: number, over: object = {}) =>
  stage.arrives(seconds, 'operator', [silence(over)], { cluster: '*' });
const sends = (stage: Stage, seconds: number, more: object = {}) =>
  stage.arrives(seconds, 'alertmanager.alerts', [fires(more)]);

describe('a silenced alert', () => {
  it('is muted by the rule, whatever becomes of it, and another is not', () => {
    const stage = givenStage();
    silences(stage, 0);
    expect(sends(stage, 1)).toMatchObject({ outcomes: ['muted:silence'], told: [] });
    expect(sends(stage, 2)).toMatchObject({ outcomes: ['muted:silence'], told: [] });
    expect(sends(stage, 3, { status: 'resolved' })).toMatchObject({ outcomes: ['muted:silence'], told: [] });
    const other = alert('HighErrorRate', { service: 'web' });
    expect(stage.arrives(4, 'alertmanager.alerts', [other]).outcomes).toEqual(['signal']);
  });

  it('is silenced in every cluster, and by webhooks too', () => {
    const stage = givenStage('eu');
    silences(stage, 0);
    expect(stage.arrives(1, 'alertmanager.webhook', [fires()], { cluster: 'us' }).outcomes).toEqual(['muted:silence']);
  });

  it('no longer keeps a signal open, which says by which silence it ended', () => {
    const stage = givenStage();
    sends(stage, 0);
    silences(stage, 10);
    const { outcomes, told } = sends(stage, 60);
    expect([outcomes, told.map(brief)]).toEqual([['muted:silence'], ['resolved request-errors Service/api operator']]);
    expect(told[0]?.signal.silencedBy).toEqual(['sil-1']);
    expect(sends(stage, 120).told).toEqual([]);
  });

  it('ends its signal at once where the silence names it as one that fires', () => {
    const stage = givenStage('eu');
    stage.arrives(0, 'alertmanager.webhook', [fires()]);
    const mutes = [
      { cluster: 'eu', fingerprint: fires().fingerprint },
      { cluster: 'nowhere', fingerprint: fires().fingerprint },
      { cluster: 'eu', fingerprint: 'unknown' },
    ];
    const { told } = stage.arrives(10, 'operator', [{ ...silence(), mutes }], { cluster: '*' });
    expect(told.map((each) => `${each.cluster} ${brief(each)}`)).toEqual([
      'eu resolved request-errors Service/api operator',
    ]);
    expect(told[0]?.signal).toMatchObject({ silencedBy: ['sil-1'], observations: ['0-0.0', '0-1.0'] });
    expect(stage.arrives(20, 'alertmanager.webhook', [fires()])).toMatchObject({
      outcomes: ['muted:silence'],
      told: [],
    });
  });

  it('leaves a signal open that others speak for', () => {
    const stage = givenStage();
    const crashes = alert('KubePodCrashLooping', { pod: 'api-abc123-xk2lp' });
    stage.arrives(0, 'alertmanager.alerts', [crashes]);
    stage.arrives(1, 'kubernetes.event', [event('BackOff', 'Back-off restarting failed container', { seconds: 1 })]);
    const matchers = [{ name: 'pod', value: 'api-.*', isRegex: true, isEqual: true }];
    silences(stage, 2, { matchers });
    expect(stage.arrives(60, 'alertmanager.alerts', [crashes])).toMatchObject({
      outcomes: ['muted:silence'],
      told: [],
    });
  });

  it('ends as one that has recovered where it says so itself', () => {
    const stage = givenStage();
    sends(stage, 0);
    silences(stage, 10);
    const { told } = sends(stage, 20, { status: 'resolved' });
    expect(told.map(brief)).toEqual(['resolved request-errors Service/api recovered']);
  });

  it('comes back with its next re-send when the silence is over', () => {
    const stage = givenStage();
    silences(stage, 0, { endsAt: at(100) });
    expect(sends(stage, 99).outcomes).toEqual(['muted:silence']);
    expect(sends(stage, 100)).toMatchObject({ outcomes: ['signal'], told: [{ transition: 'opened' }] });
    expect(sends(stage, 160).outcomes).toEqual(['deduplicated']);
  });

  it('comes back as the signal that it was, where the silence was short', () => {
    const stage = givenStage();
    const [opened] = sends(stage, 0).told;
    silences(stage, 10, { endsAt: at(100) });
    sends(stage, 60);
    const [back] = sends(stage, 120).told;
    expect(back).toMatchObject({ signal: { id: opened?.signal.id, status: 'open' } });
    expect(back?.signal.silencedBy).toBeUndefined();
  });
});

describe('the time of a silence', () => {
  it('begins and ends by the time of records', () => {
    const stage = givenStage();
    silences(stage, 0, { startsAt: at(100), endsAt: at(200) });
    const outcomes = [50, 99, 100, 199, 200].map((seconds) => sends(stage, seconds).outcomes[0]);
    expect(outcomes).toEqual(['signal', 'deduplicated', 'muted:silence', 'muted:silence', 'signal']);
  });

  it('is over when a person ends it, and an older record of it changes nothing', () => {
    const stage = givenStage();
    silences(stage, 0, { updatedAt: at(0) });
    expect(sends(stage, 1).outcomes).toEqual(['muted:silence']);
    silences(stage, 2, { endsAt: at(2), updatedAt: at(2) });
    expect(sends(stage, 3).outcomes).toEqual(['signal']);
    silences(stage, 4, { updatedAt: at(0) });
    expect(sends(stage, 5).outcomes).toEqual(['deduplicated']);
  });

  it('is kept when the state is loaded again', () => {
    const stage = givenStage();
    silences(stage, 0);
    stage.reload();
    expect(sends(stage, 1).outcomes).toEqual(['muted:silence']);
  });
});

it('given what is no silence, then it is a dead letter, and nothing is muted', () => {
  const stage = givenStage();
  const { emit } = silences(stage, 0, { matchers: 'all' });
  expect(emit.map(({ type }) => type)).toContain('dead-letter');
  expect(sends(stage, 1).outcomes).toEqual(['signal']);
});

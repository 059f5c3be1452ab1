import { describe, expect, it } from 'vitest';
import { alert, at, givenStage } from '../testing/given.ts';

type Stage = ReturnType<typeof givenStage>;
const tells = (stage: Stage, seconds: number, status: 'firing' | 'resolved', toldAt: number) =>
  stage.arrives(seconds, 'pagerduty.webhook', [alert('DiskFull', { service: 'db' }, { status, toldAt: at(toldAt) })]);

describe('a sender that tells each turn once', () => {
  it('given turns out of order, then the older one is muted, also where nothing else was known', () => {
    const stage = givenStage();
    expect(tells(stage, 10, 'resolved', 8).outcomes).toEqual(['muted:resolved-unknown']);
    expect(tells(stage, 11, 'firing', 5)).toMatchObject({ outcomes: ['muted:told-late'], told: [] });
    expect(tells(stage, 12, 'firing', 11).outcomes).toEqual(['signal']);
    stage.reload();
    expect(tells(stage, 13, 'resolved', 9).outcomes).toEqual(['muted:told-late']);
  });

  it('given a turn that is delivered twice, then the second changes nothing; two turns of one second both count', () => {
    const stage = givenStage();
    expect(tells(stage, 10, 'firing', 8).outcomes).toEqual(['signal']);
    expect(tells(stage, 11, 'firing', 8).outcomes).toEqual(['deduplicated']);
    expect(tells(stage, 12, 'resolved', 8).outcomes).toEqual(['signal']);
  });

  it('given a day without a word, then its turns are forgotten', () => {
    const stage = givenStage();
    tells(stage, 0, 'resolved', 0);
    stage.heard(86_400 + 5, 86_400 + 10, ['pagerduty.webhook']);
    expect(tells(stage, 86_420, 'firing', -5).outcomes).toEqual(['signal']);
  });
});

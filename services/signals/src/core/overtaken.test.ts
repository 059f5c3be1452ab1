import { describe, expect, it } from 'vitest';
import { alert, givenStage } from '../testing/given.ts';

const SOURCE = 'alertmanager.webhook';
type Stage = ReturnType<typeof givenStage>;
const sends = (stage: Stage, seconds: number, status: 'firing' | 'resolved', originalAt?: number) =>
  stage.arrives(seconds, SOURCE, [alert('DiskFull', { service: 'db' }, { status })], {
    ...(originalAt !== undefined && { originalAt }),
  }).outcomes;

describe('an arrival that is replayed', () => {
  it('given nothing later of its alert, then it counts like any arrival', () => {
    const stage = givenStage();
    expect(sends(stage, 600, 'firing', 10)).toEqual(['signal']);
  });

  it('given that the alert fires again since, when its end is replayed, then it goes on', () => {
    const stage = givenStage();
    sends(stage, 0, 'firing');
    sends(stage, 300, 'firing');
    expect(sends(stage, 600, 'resolved', 100)).toEqual(['muted:told-late']);
    expect(sends(stage, 601, 'resolved', 400)).toEqual(['signal']);
  });

  it('given that the alert has ended since, when its beginning is replayed, then it stays ended', () => {
    const stage = givenStage();
    sends(stage, 0, 'firing');
    sends(stage, 300, 'resolved');
    expect(sends(stage, 600, 'firing', 100)).toEqual(['muted:told-late']);
  });

  it('given a source that has gone silent, when an arrival of it is replayed, then it is not heard by that', () => {
    const stage = givenStage();
    stage.heard(0, 30, [SOURCE], 'prometheus');
    const known = stage.tables().heard?.get('default/prod|alertmanager.webhook|one');
    sends(stage, 300, 'firing', 10);
    expect(stage.tables().heard?.get('default/prod|alertmanager.webhook|one')).toMatchObject({
      ...(known as object),
      silent: true,
    });
  });
});

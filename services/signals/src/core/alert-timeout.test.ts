import { describe, expect, it } from 'vitest';
import { alert, at, brief, event, givenStage } from '../testing/given.ts';

const INTAKE = ['alertmanager.alerts', 'alertmanager.webhook'] as const;
const MINUTE = 60;
type Stage = ReturnType<typeof givenStage>;
type Told = ReturnType<Stage['heard']>;

const shown = (told: Told) => told.map(({ transition, signal }) => `${transition} ${signal.status}`);
const idOf = (told: Told) => told[0]?.signal.id;

/** As Prometheus sends: the end is four rounds ahead. */
function post(stage: Stage, seconds: number, names: readonly string[], sender: string) {
  const items = names.map((name) => alert(name, { deployment: name.toLowerCase() }, { endsAt: at(seconds + 240) }));
  return stage.arrives(seconds, 'alertmanager.alerts', items, { sender });
}

/** A round each minute, the intake heard all the while. */
function rounds(stage: Stage, from: number, to: number, names: readonly string[], sender: string): Told {
  const told: Told = [];
  for (let seconds = from; seconds < to; seconds += MINUTE) {
    told.push(...post(stage, seconds, names, sender).told);
    told.push(...stage.heard(seconds + 5, seconds + 55, INTAKE));
  }
  return told;
}

describe('a sender that falls silent', () => {
  it('given 10 minutes of silence while the intake is heard, then its alerts are stale, not mended, and open under the same id when it is back', () => {
    const stage = givenStage();
    const opened = rounds(stage, 0, 180, ['HighErrorRate'], 'prom-a');
    const silent = stage.heard(180, 780, INTAKE);
    expect(shown(silent)).toEqual(['updated stale']);
    // It was sent last at 120 s, and its end was four minutes ahead.
    expect(silent[0]?.signal.lastSeen).toBe(at(120));
    const back = rounds(stage, 785, 785 + 10 * MINUTE, ['HighErrorRate'], 'prom-a');
    expect(back[0]).toMatchObject({ transition: 'updated', signal: { id: idOf(opened), status: 'open' } });
    expect(back.every(({ signal }) => signal.status === 'open')).toBe(true);
  });

  it('given that it is back without one of its alerts, then that one has as long as ever to be sent, and times out after', () => {
    const stage = givenStage();
    rounds(stage, 0, 180, ['HighErrorRate', 'PodSlow'], 'prom-a');
    expect(shown(stage.heard(180, 780, INTAKE))).toEqual(['updated stale', 'updated stale']);
    const back = rounds(stage, 785, 785 + 9 * MINUTE, ['PodSlow'], 'prom-a').filter(
      ({ signal }) => signal.reason === 'HighErrorRate',
    );
    expect(back.map(brief)).toEqual(['resolved request-errors Deployment/higherrorrate timeout']);
    expect(Date.parse(back[0]?.signal.lastSeen ?? '')).toBeLessThan(Date.parse(at(180)));
  });

  it('given that its first batch after the silence lacks an alert, then the batch after it finds it as it was', () => {
    const stage = givenStage();
    const opened = rounds(stage, 0, 180, ['HighErrorRate', 'PodSlow'], 'prom-a');
    stage.heard(180, 780, INTAKE);
    expect(post(stage, 785, ['PodSlow'], 'prom-a').told.map(({ signal }) => signal.reason)).toEqual(['PodSlow']);
    const [late] = post(stage, 790, ['HighErrorRate'], 'prom-a').told;
    expect(late).toMatchObject({ transition: 'updated', signal: { status: 'open' } });
    expect(opened.map(({ signal }) => signal.id)).toContain(late?.signal.id);
  });

  it('given another sender that is heard, then only the alerts of the silent one are stale', () => {
    const stage = givenStage();
    rounds(stage, 0, 180, ['HighErrorRate'], 'prom-a');
    rounds(stage, 180, 360, ['PodSlow'], 'prom-b');
    const later = rounds(stage, 360, 900, ['PodSlow'], 'prom-b').filter(({ signal }) => signal.status !== 'open');
    expect(later.map(({ signal }) => `${signal.reason} ${signal.status}`)).toEqual(['HighErrorRate stale']);
  });

  it('given replicas that send the same alert, when one falls silent and the other sends it no more, then it has timed out', () => {
    const stage = givenStage();
    const opened = post(stage, 0, ['HighErrorRate'], 'prom-a').told;
    post(stage, 10, ['HighErrorRate'], 'prom-b');
    expect(opened).toHaveLength(1);
    const later = rounds(stage, 60, 420, ['PodSlow'], 'prom-b').filter(({ signal }) => signal.id === idOf(opened));
    expect(later.at(-1)).toMatchObject({ transition: 'resolved', signal: { closedBy: 'timeout' } });
  });

  it('given that it never comes back, then after a day its alerts have expired', () => {
    const stage = givenStage();
    rounds(stage, 0, 60, ['HighErrorRate'], 'prom-a');
    const told = stage.heard(60, 25 * 3600, INTAKE);
    expect(told.map(({ transition, signal }) => [transition, signal.status, signal.closedBy])).toEqual([
      ['updated', 'stale', undefined],
      ['resolved', 'resolved', 'expired'],
    ]);
  });

  it('given that it says so, when it is stale, then it is resolved all the same', () => {
    const stage = givenStage();
    rounds(stage, 0, 60, ['HighErrorRate'], 'prom-a');
    stage.heard(60, 600, INTAKE);
    const over = alert('HighErrorRate', { deployment: 'higherrorrate' }, { status: 'resolved', endsAt: at(550) });
    const { told } = stage.arrives(610, 'alertmanager.alerts', [over], { sender: 'prom-a' });
    expect(told.map(brief)).toEqual(['resolved request-errors Deployment/higherrorrate recovered']);
  });

  it('given an intake that was away as well, when it is back, then no time has passed for the sender', () => {
    const stage = givenStage();
    rounds(stage, 0, 180, ['HighErrorRate'], 'prom-a');
    stage.heard(1000, 1020, INTAKE);
    expect(
      shown(rounds(stage, 1025, 1100, ['HighErrorRate'], 'prom-a')).filter((each) => each.includes('stale')),
    ).toEqual([]);
  });

  it('given events that tell of the same trouble, then the signal stays open', () => {
    const stage = givenStage();
    const failing = alert('KubePodCrashLooping', { pod: 'api-abc123-xk2lp' }, { endsAt: at(240) });
    stage.arrives(0, 'alertmanager.alerts', [failing], { sender: 'prom-a' });
    const told: Told = [];
    for (let seconds = 5; seconds < 400; seconds += 5) {
      if (seconds % 100 === 0)
        told.push(
          ...stage.arrives(seconds, 'kubernetes.event', [event('BackOff', 'Back-off restarting', { seconds })]).told,
        );
      told.push(...stage.heard(seconds, seconds, [...INTAKE, 'kubernetes.event']));
    }
    expect(told.filter(({ signal }) => signal.status !== 'open')).toEqual([]);
  });

  it('given a state that was loaded again, then it is the same', () => {
    const stage = givenStage();
    const opened = rounds(stage, 0, 180, ['HighErrorRate'], 'prom-a');
    stage.heard(180, 500, INTAKE);
    stage.reload();
    expect(stage.heard(505, 780, INTAKE)).toEqual([]);
    const back = rounds(stage, 785, 1000, ['HighErrorRate'], 'prom-a');
    expect(back[0]).toMatchObject({ transition: 'updated', signal: { id: idOf(opened), status: 'open' } });
  });
});

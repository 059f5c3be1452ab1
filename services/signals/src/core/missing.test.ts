import type { AlertItem, Shed, Source } from '@winnow/contracts';
import { describe, expect, it } from 'vitest';
import { alert, at, event, givenStage } from '../testing/given.ts';

const INTAKE = ['alertmanager.alerts', 'alertmanager.webhook'] as const;
const MINUTE = 60;
type Stage = ReturnType<typeof givenStage>;
const shownOf = (told: ReturnType<Stage['heard']>, reason: string) =>
  told
    .filter(({ signal }) => signal.reason === reason)
    .map(({ transition, signal }) => `${transition} ${signal.status}`);

const firing = (name: string, seconds: number): AlertItem =>
  alert(name, { deployment: name.toLowerCase() }, { endsAt: at(seconds + 240) });

/** Posts the alerts each minute; all but the first round lack one of them. */
function minutes(stage: Stage, rounds: number, refused: number | undefined) {
  const told = [...post(stage, 0, ['HighErrorRate', 'PodSlow'], undefined)];
  for (let seconds = MINUTE; seconds <= rounds * MINUTE; seconds += MINUTE) {
    told.push(...post(stage, seconds, ['PodSlow'], refused));
    told.push(...stage.heard(seconds + 5, seconds + 55, INTAKE));
  }
  return told;
}

const post = (stage: Stage, seconds: number, names: readonly string[], refused: number | undefined) =>
  stage.arrives(
    seconds,
    'alertmanager.alerts',
    names.map((name) => firing(name, seconds)),
    { sender: 'prom-a', ...(refused !== undefined && { refused }) },
  ).told;

describe('given a cluster some of whose alerts do not get in', () => {
  it('when an alert is not repeated meanwhile, then it is stale and not over, for nobody knows', () => {
    expect(shownOf(minutes(givenStage(), 8, undefined), 'HighErrorRate')).toEqual(['opened open', 'resolved resolved']);
    expect(shownOf(minutes(givenStage(), 8, 3), 'HighErrorRate')).toEqual(['opened open', 'updated stale']);
  });

  it('when all get in again and one is still not repeated, then it has as long as ever, and is over', () => {
    const stage = givenStage();
    minutes(stage, 8, 3);
    const told: ReturnType<Stage['heard']> = [];
    for (let seconds = 9 * MINUTE; seconds <= 22 * MINUTE; seconds += MINUTE) {
      told.push(...post(stage, seconds, ['PodSlow'], undefined), ...stage.heard(seconds + 5, seconds + 55, INTAKE));
    }
    expect(shownOf(told, 'HighErrorRate')).toEqual(['resolved resolved']);
  });
});

describe('given an arrival of which some was shed', () => {
  const shed: readonly Shed[] = [{ reason: 'rate-budget', rank: 'other', count: 7 }];
  const arrive = (source: Source) =>
    givenStage().arrives(0, source, [event('BackOff', 'Back-off restarting failed container')], { shed });

  it('then the ledger counts it beside what was decided on, of sources that it counts', () => {
    expect(arrive('kubernetes.event').outcomes).toContain('shed:rate-budget');
    const stage = givenStage();
    stage.arrives(0, 'kubernetes.event', [], { shed });
    stage.arrives(1, 'kubernetes.event', [], { shed });
    expect(stage.ledger.map(({ outcome, reason, count }) => [outcome, reason, count])).toEqual([
      ['shed', 'rate-budget', 7],
      ['shed', 'rate-budget', 7],
    ]);
    expect(arrive('change').outcomes).toEqual([]);
  });
});

import { expect, it } from 'vitest';
import { alert, at, givenStage } from '../testing/given.ts';

const INTAKE = ['alertmanager.alerts'] as const;
const fires = (name: string, seconds: number) =>
  alert('HighErrorRate', { deployment: name }, { endsAt: at(seconds + 240) });

it('given more senders than bits, then those that share one are heard together, and the others each for itself', () => {
  const stage = givenStage();
  for (let sender = 0; sender < 40; sender++)
    stage.arrives(sender, 'alertmanager.alerts', [fires(`d-${sender}`, sender)], { sender: `prom-${sender}` });
  stage.heard(45, 55, INTAKE);
  // From then on only one of those with a bit of its own, and one of those that share, are heard; they have nothing new to say.
  for (let seconds = 60; seconds <= 420; seconds += 60) {
    for (const sender of [0, 39])
      stage.arrives(seconds, 'alertmanager.alerts', [fires(`d-${sender}`, seconds)], { sender: `prom-${sender}` });
    stage.heard(seconds + 5, seconds + 55, INTAKE);
  }
  const last = new Map(
    stage.emitted.flatMap(({ type, value }) => {
      if (type !== 'signal') return [];
      const { signal } = value as { signal: { entity: { name: string }; status: string; closedBy?: string } };
      return [[signal.entity.name, signal.closedBy ?? signal.status] as const];
    }),
  );
  expect([0, 1, 29, 30, 38, 39].map((sender) => last.get(`d-${sender}`))).toEqual([
    'open',
    'stale',
    'stale',
    'timeout',
    'timeout',
    'open',
  ]);
});

it('given a sender that was not heard for over a day, then a new one has its bit', () => {
  const stage = givenStage();
  for (let sender = 0; sender < 31; sender++)
    stage.arrives(sender, 'alertmanager.alerts', [fires(`d-${sender}`, sender)], { sender: `prom-${sender}` });
  for (let seconds = 40; seconds <= 26 * 3600; seconds += 15) stage.heard(seconds, seconds, INTAKE);
  stage.arrives(26 * 3600 + 5, 'alertmanager.alerts', [fires('late', 26 * 3600)], { sender: 'late' });
  const [names] = [...stage.senders()].map(([, rows]) => Object.keys(rows));
  expect(names).toEqual(['alertmanager.alerts|late']);
});

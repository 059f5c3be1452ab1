import { describe, expect, it } from 'vitest';
import { given, type Sent, timeAt } from '../testing/given.ts';
import type { PostableAlert } from './postable-alerts.ts';

const alertsOf = (sent: Sent | undefined) => sent?.body as unknown as readonly PostableAlert[];
const toAlertmanager = () => {
  const g = given({ receivers: [{ name: 'am', since: timeAt(0), takes: 'alerts' }] });
  g.incident(1);
  g.finding(5);
  g.answers(5, 200);
  return g;
};

describe('given a receiver that is an Alertmanager', () => {
  it('when an incident is told, then as an alert that lasts for as long as it is told again', () => {
    const g = toAlertmanager();
    expect(alertsOf(g.sent[0])).toMatchObject([
      { labels: { alertname: 'oom-killed', incident: 'inc-1' }, startsAt: timeAt(1), endsAt: timeAt(5 + 1200) },
    ]);
    g.tick(304);
    expect(g.sent).toHaveLength(1);
    g.tick(305);
    expect(alertsOf(g.sent[1])?.map(({ endsAt }) => endsAt)).toEqual([timeAt(305 + 1200)]);
  });

  it('when its labels change, then the alert that it was ends', () => {
    const g = toAlertmanager();
    g.incident(40, { severity: 'critical' });
    expect(alertsOf(g.sent[1])?.map(({ labels, endsAt }) => [labels.severity, endsAt])).toEqual([
      ['high', timeAt(40)],
      ['critical', timeAt(40 + 1200)],
    ]);
  });

  it('when it is over, then its alert ends, and is not told again', () => {
    const g = toAlertmanager();
    g.incident(40, { status: 'resolved', closedBy: 'recovered' });
    expect(alertsOf(g.sent[1])?.map(({ endsAt }) => endsAt)).toEqual([timeAt(40)]);
    g.answers(41, 200);
    g.tick(700);
    expect(g.sent).toHaveLength(2);
  });

  it('when another receiver takes webhooks, then that one is told only of news', () => {
    const g = given();
    g.incident(1);
    g.finding(5);
    g.answers(5, 200);
    g.tick(2000);
    expect(g.sent).toHaveLength(1);
  });
});

import { describe, expect, it } from 'vitest';
import { groupAlerts } from './alert-groups.ts';
import type { GettableAlert } from './gettable-alert.ts';

const alert = (labels: Record<string, string>) => ({ labels }) as unknown as GettableAlert;
const grouped = (alerts: readonly GettableAlert[], by: readonly string[]) =>
  groupAlerts(alerts, by).map(({ labels, alerts: members }) => [labels, members.map((each) => each.labels.pod)]);

const alerts = [
  alert({ alertname: 'B', cluster: 'c', pod: '4' }),
  alert({ alertname: 'A', cluster: 'c', pod: '3', instance: 'i2', job: 'j' }),
  alert({ alertname: 'A', cluster: 'c', pod: '2', instance: 'i1', job: 'j' }),
  alert({ alertname: 'A', cluster: 'c', pod: '5' }),
  alert({ alertname: 'C', pod: '1' }),
];

describe('groups of alerts', () => {
  it('go by the labels that an alert has, fewer labels first; members by job and instance', () => {
    expect(grouped(alerts, ['cluster', 'alertname'])).toEqual([
      [{ alertname: 'C' }, ['1']],
      [{ alertname: 'A', cluster: 'c' }, ['2', '3', '5']],
      [{ alertname: 'B', cluster: 'c' }, ['4']],
    ]);
  });

  it('are one where nothing is grouped by, and one each where all labels are', () => {
    expect(grouped(alerts, [])).toHaveLength(1);
    expect(grouped(alerts, ['...'])).toHaveLength(5);
  });
});

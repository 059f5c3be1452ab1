// Alerts by the labels that they are grouped by, in Alertmanager's order.
import type { Labels } from '@winnow/matchers';
import { RECEIVER } from './alert-query.ts';
import type { GettableAlert } from './gettable-alert.ts';
import { compareTexts } from './order.ts';

export interface AlertGroup {
  readonly alerts: readonly GettableAlert[];
  readonly labels: Labels;
  readonly receiver: { readonly name: string };
}

/** @param by names of labels; `...` stands for all of them. */
export function groupAlerts(alerts: readonly GettableAlert[], by: readonly string[]): readonly AlertGroup[] {
  const groups = new Map<string, { labels: Labels; alerts: GettableAlert[] }>();
  for (const alert of alerts) {
    const labels = groupLabels(alert.labels, by);
    const key = JSON.stringify(labels);
    const group = groups.get(key);
    if (group) group.alerts.push(alert);
    else groups.set(key, { labels, alerts: [alert] });
  }
  return [...groups.values()]
    .map((group) => ({
      alerts: group.alerts.sort((a, b) => compareAlerts(a.labels, b.labels)),
      labels: group.labels,
      receiver: { name: RECEIVER },
    }))
    .sort((a, b) => compareLabels(a.labels, b.labels));
}

/** Those that the alert has, sorted by name. */
function groupLabels(labels: Labels, by: readonly string[]): Labels {
  const names = by.includes('...') ? Object.keys(labels) : by.filter((name) => Object.hasOwn(labels, name));
  return Object.fromEntries([...names].sort(compareTexts).map((name) => [name, labels[name] ?? '']));
}

/** Fewer labels first, then the first that differs. */
function compareLabels(a: Labels, b: Labels): number {
  const [names, others] = [Object.keys(a), Object.keys(b)];
  if (names.length !== others.length) return names.length - others.length;
  for (const name of [...new Set([...names, ...others])].sort(compareTexts)) {
    const [one, other] = [a[name], b[name]];
    if (one === other) continue;
    if (one === undefined) return 1;
    return other === undefined ? -1 : compareTexts(one, other);
  }
  return 0;
}

/** By job, then instance, those without one last. */
function compareAlerts(a: Labels, b: Labels): number {
  for (const name of ['job', 'instance']) {
    const [one, other] = [a[name], b[name]];
    if (one === other) continue;
    if (one === undefined) return 1;
    return other === undefined ? -1 : compareTexts(one, other);
  }
  return compareLabels(a, b);
}

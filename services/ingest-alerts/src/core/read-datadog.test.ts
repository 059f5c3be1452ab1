import type { AlertItem, Item } from '@winnow/contracts';
import { describe, expect, it } from 'vitest';
import { noteDatadog, readDatadog } from './read-datadog.ts';

const context = { at: '2026-03-08T15:21:12.035Z', place: '' };
/** As the webhook's default payload is. */
const standard = {
  id: '8306082202796025694',
  last_updated: '1772983200000',
  event_type: 'query_alert_monitor',
  title: '[Triggered on {pod_name:cart-1}] Restarts of the cart',
  date: '1772983200000',
  org: { id: '352347', name: 'acme' },
  body: '%%%\ncart restarts\n%%%',
};
/** As the README recommends it. */
const recommended = {
  ...standard,
  alert_id: '1234',
  alert_title: 'Restarts of the cart',
  alert_transition: 'Triggered',
  alert_type: 'error',
  alert_priority: 'P2',
  alert_scope: 'kube_namespace:shop,pod_name:cart-1',
  aggreg_key: '9bd4ac313a4d1e8fae2482df7b77628',
  hostname: 'node-1',
  link: 'https://app.datadoghq.com/monitors/1234',
  tags: 'kube_cluster_name:prod-eu-1,kube_namespace:shop,kube_deployment:cart,env:prod,monitor',
};
const only = (items: readonly Item[]): AlertItem => {
  const [item] = items;
  if (item?.type !== 'alert' || items.length !== 1) throw new Error(JSON.stringify(items));
  return item;
};

describe('given what Datadog posts, when it is read', () => {
  it('then tags of its Kubernetes integration are the labels that Prometheus has', () => {
    expect(only(readDatadog(recommended, context))).toMatchObject({
      status: 'firing',
      labels: {
        alertname: 'Restarts of the cart',
        cluster: 'prod-eu-1',
        namespace: 'shop',
        deployment: 'cart',
        pod: 'cart-1',
        env: 'prod',
        monitor: 'true',
        instance: 'node-1',
        severity: 'p2',
        datadog_monitor: '1234',
      },
      annotations: { description: 'cart restarts' },
      startsAt: '2026-03-08T15:20:00.000Z',
      toldAt: '2026-03-08T15:20:00.000Z',
      telling: standard.id,
    });
  });

  it.each([
    ['Triggered', 'firing'],
    ['Re-Triggered', 'firing'],
    ['Warn', 'firing'],
    ['Re-Warn', 'firing'],
    ['No Data', 'firing'],
    ['Re-No Data', 'firing'],
    ['Renotify', 'firing'],
    ['Recovered', 'resolved'],
  ])('then %s is %s, and the same alert', (alert_transition, status) => {
    const item = only(readDatadog({ ...recommended, alert_transition }, context));
    expect([item.status, item.fingerprint]).toEqual([status, only(readDatadog(recommended, context)).fingerprint]);
  });

  it('then the default payload is told by its title, and its end is the end of the same alert', () => {
    const opened = only(readDatadog(standard, context));
    const ended = only(readDatadog({ ...standard, title: standard.title.replace('Triggered', 'Recovered') }, context));
    expect([opened.status, ended.status]).toEqual(['firing', 'resolved']);
    expect(ended.fingerprint).toBe(opened.fingerprint);
    expect(opened.labels).toMatchObject({ alertname: 'Restarts of the cart', severity: 'error' });
    const other = only(readDatadog({ ...standard, title: standard.title.replace('cart-1', 'cart-2') }, context));
    expect(other.fingerprint).not.toBe(opened.fingerprint);
  });

  it('then variables without a value are absent, whatever the case of the names', () => {
    const item = only(
      readDatadog(
        { EVENT_TITLE: '[Warn] disk', HOSTNAME: 'null', ALERT_PRIORITY: '$ALERT_PRIORITY', DATE: 1772983200 },
        context,
      ),
    );
    expect(item.labels).toEqual({ alertname: 'disk', severity: 'warning' });
    expect(item.startsAt).toBe('2026-03-08T15:20:00.000Z');
  });

  it('then an event that is no turn of a monitor is noted, and nothing else', () => {
    const event = { ...standard, title: 'somebody deployed', event_type: 'api' };
    expect(readDatadog(event, context)).toEqual([]);
    expect(noteDatadog(event)).toEqual([{ kind: 'ignored', reason: 'no-monitor', count: 1 }]);
    expect(noteDatadog(recommended)).toEqual([]);
  });

  it('then what is missing is named', () => {
    expect(readDatadog([], context)).toMatchObject([{ type: 'unreadable' }]);
    expect(readDatadog({ body: 'x' }, context)).toMatchObject([{ place: 'title' }]);
  });

  it('then secrets in bodies, links and tags are gone', () => {
    const body = {
      ...recommended,
      body: 'cannot reach postgres://app:hunter2@db:5432/x',
      link: 'https://app.datadoghq.com/?api_key=hunter2hunter2hunter2',
      tags: 'password:hunter2,url:https://u:hunter2@db',
    };
    expect(JSON.stringify(readDatadog(body, context))).not.toContain('hunter2');
  });
});

// One trouble, told by many tools in their own formats: it is one signal, and it ends when none of them says so any more.
import type { Item, SignalRecord, Source } from '@winnow/contracts';
import { readAlerts, readCloudEvents, readDatadog, readGrafana, readPagerDuty } from '@winnow/ingest-alerts';
import { signalsStage } from '@winnow/signals';
import { openTables } from '@winnow/stream';
import { describe, expect, it } from 'vitest';

const START = Date.parse('2026-03-08T15:00:00.000Z');
const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();
type Told = Extract<SignalRecord, { type: 'signal' }>;

/** A stage that is given what was posted; tells transitions and outcomes. */
function givenSignals() {
  const stage = signalsStage();
  const state = stage.open(openTables(stage.tables).tables);
  let offset = 0;
  return (seconds: number, source: Source, items: readonly Item[]) => {
    const value = {
      schema: 1,
      tenant: 't',
      cluster: 'prod',
      source,
      instance: 'intake',
      sender: 's',
      at: at(seconds),
      items,
    };
    const record = {
      topic: 'winnow.observations',
      partition: 0,
      offset: offset++,
      key: 'prod',
      headers: {},
      value,
    } as const;
    const { emit = [], ledger = [] } = stage.decide(state, record);
    const told = emit.filter(({ type }) => type === 'signal').map(({ value: each }) => each as Told);
    return {
      told: told.map(
        ({ transition, signal }) => `${transition} ${signal.symptom} ${signal.entity.kind}/${signal.entity.name}`,
      ),
      outcomes: ledger.map(({ outcome, reason }) => (reason ? `${outcome}:${reason}` : outcome)),
      ids: told.map(({ signal }) => signal.id),
      severities: told.map(({ signal }) => signal.severity),
    };
  };
}

const labels = { alertname: 'KubePodCrashLooping', namespace: 'shop', deployment: 'cart', severity: 'critical' };
const context = (seconds: number) => ({ at: at(seconds), place: '' });
const pagerDuty = (seconds: number, type: string, occurred = seconds, data: object = {}) =>
  readPagerDuty(
    {
      event: {
        id: `e-${type}-${occurred}`,
        event_type: `incident.${type}`,
        occurred_at: at(occurred),
        data: { id: 'PT4KHLK', title: 'cart', urgency: 'high', custom_details: { labels }, ...data },
      },
    },
    context(seconds),
  );

const formats: readonly (readonly [string, Source, (seconds: number) => Item[]])[] = [
  ['PagerDuty', 'pagerduty.webhook', (seconds) => pagerDuty(seconds, 'triggered')],
  [
    'Grafana',
    'alertmanager.webhook',
    (seconds) =>
      readGrafana({ alerts: [{ labels: { ...labels, grafana_folder: 'shop' }, status: 'firing' }] }, context(seconds)),
  ],
  [
    'Datadog',
    'alertmanager.webhook',
    (seconds) =>
      readDatadog(
        {
          title: '[Triggered] KubePodCrashLooping',
          alert_id: '1',
          aggreg_key: 'a',
          date: String(START + seconds * 1000),
          tags: 'kube_namespace:shop,kube_deployment:cart',
        },
        context(seconds),
      ),
  ],
  [
    'CloudEvents',
    'alertmanager.webhook',
    (seconds) =>
      readCloudEvents(
        { specversion: '1.0', id: '1', source: '/x', type: 'io.winnow.alert', data: { labels: { ...labels, x: 'y' } } },
        context(seconds),
      ),
  ],
];

describe('given an alert that Prometheus has posted', () => {
  it.each(formats)(
    'when %s tells of the same trouble, then it is the same signal, and lasts until both say it is over',
    (_name, source, read) => {
      const arrives = givenSignals();
      const posted = (seconds: number, endsAt: number) =>
        readAlerts([{ labels, endsAt: at(endsAt) }], context(seconds));
      const first = arrives(0, 'alertmanager.alerts', posted(0, 240));
      expect(first.told).toEqual(['opened crash-loop Deployment/cart']);
      const second = arrives(1, source, read(1));
      expect(second.told.every((each) => each === 'updated crash-loop Deployment/cart')).toBe(true);
      expect(new Set([...first.ids, ...second.ids]).size).toBe(1);
      expect(arrives(10, 'alertmanager.alerts', posted(10, 5)).told).toEqual([]);
    },
  );
});

describe('given an incident of PagerDuty', () => {
  it('when people raise its priority, then its signal is graver; when its subject changes, then it is the same signal still', () => {
    const arrives = givenSignals();
    const { severity: _, ...rest } = labels;
    const low = { urgency: 'low', custom_details: { labels: rest } };
    const turn = (seconds: number, type: string, data: object) => pagerDuty(seconds, type, seconds, data);
    expect(arrives(0, 'pagerduty.webhook', turn(0, 'triggered', low)).severities).toEqual(['high']);
    const raised = { ...low, priority: { summary: 'P1' } };
    expect(arrives(30, 'pagerduty.webhook', turn(30, 'priority_updated', raised)).severities).toEqual(['critical']);
    const moved = { ...raised, custom_details: { labels: { ...rest, deployment: 'web' } } };
    const after = arrives(40, 'pagerduty.webhook', turn(40, 'reassigned', moved));
    expect([after.outcomes, after.told]).toEqual([['deduplicated'], []]);
    const ended = arrives(50, 'pagerduty.webhook', turn(50, 'resolved', moved));
    expect(ended.told).toEqual(['resolved crash-loop Deployment/cart']);
  });

  it('when its turns come twice and out of order, then each counts once and its end stays the end; a reopening opens it', () => {
    const arrives = givenSignals();
    const seen = [
      pagerDuty(0, 'triggered'),
      pagerDuty(5, 'triggered', 0),
      pagerDuty(70, 'resolved', 60),
      pagerDuty(80, 'acknowledged', 30),
      pagerDuty(90, 'resolved', 60),
      pagerDuty(100, 'reopened', 95),
    ].map((items, at) => arrives(at * 20, 'pagerduty.webhook', items));
    expect(seen.map(({ outcomes }) => outcomes.join())).toEqual([
      'signal',
      'deduplicated',
      'signal',
      'muted:told-late',
      'deduplicated',
      'signal',
    ]);
    expect(seen.map(({ told }) => told.map((each) => each.split(' ')[0]).join())).toEqual([
      'opened',
      '',
      'resolved',
      '',
      '',
      'opened',
    ]);
  });
});

it('given a rule that Grafana could not evaluate, when it says so, then nobody is said to fail', () => {
  const arrives = givenSignals();
  const of = (alertname: string) =>
    readGrafana(
      { alerts: [{ labels: { alertname, rulename: 'errors', namespace: 'shop', service: 'cart' }, status: 'firing' }] },
      context(0),
    );
  expect(arrives(0, 'alertmanager.webhook', of('DatasourceError')).told).toEqual(['opened target-down Service/cart']);
  expect(
    arrives(1, 'alertmanager.webhook', of('DatasourceNoData')).told.every((each) => each.includes('target-down')),
  ).toBe(true);
});

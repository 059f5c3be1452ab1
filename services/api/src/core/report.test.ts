import { entity, type Incident, topics } from '@winnow/contracts';
import { describe, expect, it } from 'vitest';
import { createReadModel } from '../core.ts';
import {
  at,
  finding,
  findingRecord,
  hypothesis,
  incident,
  incidentRecord,
  record,
  signal,
} from '../testing/records.ts';
import { buildReport, ledgerTotals } from './report.ts';

const ledger = { received: 4, signals: 2, deduplicated: 1, muted: 1, shed: 0, deadLettered: 0 };
const options = { ledger, problems: [], asOf: at, clusters: ['b', 'a'] };

function modelOf(...incidents: readonly Incident[]) {
  const model = createReadModel();
  for (const [offset, each] of incidents.entries()) model.apply(incidentRecord(each, offset));
  return model;
}

describe('the report', () => {
  it('lists open before stale before resolved, then by severity, openedAt and id', () => {
    const later = '2026-03-08T16:00:00.000Z';
    const model = modelOf(
      incident({ id: 'f', status: 'resolved', severity: 'critical', closedBy: 'recovered' }),
      incident({ id: 'e', status: 'stale', severity: 'critical' }),
      incident({ id: 'd', severity: 'medium' }),
      incident({ id: 'c', severity: 'high', openedAt: later }),
      incident({ id: 'b', severity: 'high' }),
      incident({ id: 'a', severity: 'high' }),
    );
    const report = buildReport(model, options);
    expect(report.incidents.map((each) => each.id)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(report.clusters).toEqual(['a', 'b']);
    expect(report.incidents.map((each) => each.closedBy)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      'recovered',
    ]);
  });

  it('lists hypotheses by confidence, then entity, with the ruled-out last', () => {
    const model = modelOf(incident());
    const named = (name: string, confidence: number, verdict: 'likely' | 'ruled-out' = 'likely') =>
      hypothesis({ entity: entity('Deployment', 'shop', name), confidence, verdict });
    const hypotheses = [named('out', 0.95, 'ruled-out'), named('z', 0.5), named('b', 0.7), named('a', 0.7)];
    model.apply(findingRecord(finding({ hypotheses })));
    expect(buildReport(model, options).incidents[0]?.hypotheses.map((each) => each.entity.name)).toEqual([
      'a',
      'b',
      'z',
      'out',
    ]);
  });

  it('lists signals by firstSeen, then id, with the first and last ten observations', () => {
    const early = '2026-03-08T15:00:00.000Z';
    const observations = Array.from({ length: 30 }, (_, index) => `0-${index}.0`);
    const model = modelOf(
      incident({}, [signal({ id: 's3' }), signal({ id: 's2', observations }), signal({ id: 's9', firstSeen: early })]),
    );
    const [listed] = buildReport(model, options).incidents;
    expect(listed?.signals.map((each) => each.id)).toEqual(['s9', 's2', 's3']);
    expect(listed?.signals[1]?.observations).toEqual([...observations.slice(0, 10), ...observations.slice(20)]);
  });

  it('tells a blast radius and a title before there is a dossier and a finding', () => {
    const node = signal({
      id: 's2',
      entity: entity('Node', undefined, 'n1'),
      symptom: 'node-not-ready',
      severity: 'critical',
    });
    const [listed] = buildReport(modelOf(incident({}, [signal(), node])), options).incidents;
    expect(listed?.blastRadius).toEqual({ scope: 'workload', workloads: 1, namespaces: 1, nodes: 1 });
    expect(listed?.title).toBe('Node n1: Node is not ready (BackOff)');
    expect(listed?.hypotheses).toEqual([]);
    expect(listed).not.toHaveProperty('lines');
  });

  it('takes blast radius and title from dossier and finding, in whatever order they come', () => {
    const model = createReadModel();
    const blastRadius = { scope: 'multi-namespace', workloads: 4, namespaces: 2, nodes: 0 };
    expect(model.apply(findingRecord(finding()))).toBeUndefined();
    model.apply(record(topics.dossiers.name, { schema: 1, cluster: 'prod', at, incident: incident(), blastRadius }, 5));
    expect(model.apply(incidentRecord(incident()))).toBe('inc-1');
    const [listed] = buildReport(model, options).incidents;
    expect(listed).toMatchObject({ blastRadius, title: 'cart is out of memory' });
    expect(model.get('inc-1')?.dossier).toEqual({ topic: topics.dossiers.name, partition: 0, offset: 5 });
  });

  it('leaves out what was merged away, and what an older owner publishes late', () => {
    const model = modelOf(
      incident({ id: 'gone', revision: 4, mergedInto: 'inc-1' }),
      incident({ revision: 7 }),
      incident({ revision: 6, severity: 'low' }),
    );
    expect(buildReport(model, options).incidents.map((each) => [each.id, each.severity])).toEqual([['inc-1', 'high']]);
  });

  it('gives each line of a recording to one incident only', () => {
    const model = modelOf(
      incident({ id: 'a' }, [signal({ id: 's1' }), signal({ id: 's2' })]),
      incident({ id: 'b' }, [signal({ id: 's2' }), signal({ id: 's3' })]),
    );
    const lines = new Map([
      ['s1', [9, 1]],
      ['s2', [4]],
      ['s3', [7]],
    ]);
    expect(buildReport(model, { ...options, lines }).incidents.map((each) => each.lines)).toEqual([[1, 4, 9], [7]]);
    expect(buildReport(modelOf(incident()), { ...options, lines }).incidents[0]?.lines).toEqual([]);
  });

  it('says incidents, healthy, or unknown where too little was seen', () => {
    const verdict = (over: object) => buildReport(modelOf(), { ...options, ...over }).verdict;
    expect(buildReport(modelOf(incident()), options).verdict).toBe('incidents');
    expect(verdict({})).toBe('healthy');
    expect(verdict({ blind: ['kubernetes.object'] })).toBe('unknown');
    expect(verdict({ ledger: { ...ledger, received: 0 } })).toBe('unknown');
    expect(verdict({ ledger: { ...ledger, deadLettered: 2 } })).toBe('unknown');
  });

  it('lists in a recording, but not in a capture, what recovered and harmed nobody', () => {
    const over = { status: 'resolved', closedBy: 'recovered', severity: 'medium' } as const;
    const passing = signal({ symptom: 'readiness-failed', severity: 'medium' });
    const listed = (model: ReturnType<typeof modelOf>) =>
      buildReport(model, { ...options, capture: true }).incidents.length;
    expect(buildReport(modelOf(incident(over, [passing])), options).incidents.length).toBe(1);
    expect(listed(modelOf(incident(over, [passing])))).toBe(0);
    expect(listed(modelOf(incident(over, [signal({ symptom: 'oom-killed' })])))).toBe(1);
    expect(listed(modelOf(incident(over, [{ ...passing, sources: ['alertmanager.alerts'] }])))).toBe(1);
    expect(listed(modelOf(incident({ ...over, status: 'open' }, [passing])))).toBe(1);
    const other = signal({ ...passing, id: 's2', entity: entity('Deployment', 'shop', 'front') });
    expect(listed(modelOf(incident(over, [passing, other])))).toBe(1);
  });

  it('sums the ledger up, so that received is the sum of all outcomes', () => {
    const cell = (outcome: 'signal' | 'muted' | 'dead_lettered', count: number) =>
      ({ source: 'audit.event', outcome, reason: '', count }) as const;
    expect(ledgerTotals([cell('signal', 2), cell('muted', 3), cell('dead_lettered', 1)])).toEqual({
      ...{ received: 6, signals: 2, deduplicated: 0, muted: 3, shed: 0, deadLettered: 1 },
    });
  });
});

describe('the read model', () => {
  it('forgets the incidents that were closed first, beyond a number', () => {
    const model = createReadModel({ keepClosed: 1 });
    const closed = { status: 'resolved', closedBy: 'recovered' } as const;
    const incidents = [incident({ id: 'a', ...closed }), incident({ id: 'open' }), incident({ id: 'b', ...closed })];
    for (const [offset, each] of incidents.entries()) model.apply(incidentRecord(each, offset));
    expect([...model.entries()].map(({ incident: { id } }) => id)).toEqual(['open', 'b']);
  });

  it('forgets an incident at its tombstone', () => {
    const model = modelOf(incident());
    model.apply(record(topics.incidents.name, null, 3, 'inc-1'));
    expect(model.get('inc-1')).toBeUndefined();
  });
});

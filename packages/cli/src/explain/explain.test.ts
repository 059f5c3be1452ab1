import { type Envelope, type Incident, type Signal, type TopicName, topics } from '@winnow/contracts';
import type { LogRecord, Stage } from '@winnow/stream';
import { describe, expect, test } from 'vitest';
import { explain } from './explain.ts';
import { recordsInMemory } from './records.ts';
import { readSubject } from './subject.ts';

const at = '2026-03-08T15:21:12.000Z';
const head = { schema: 1 as const, tenant: 'default', cluster: 'c', at };

/** Mutes the second alert it ever sees, whichever request it is in: what an item comes to depends on those before it. */
const signals: Stage<{ seen: number }> = {
  name: 'signals',
  version: 1,
  inputs: [topics.observations.name],
  tables: {},
  open: () => ({ seen: 0 }),
  decide(state, record) {
    const ledger = (record.value as Envelope).items.map(() => {
      state.seen += 1;
      const muted = state.seen === 2;
      const source = 'alertmanager.alerts' as const;
      return muted
        ? { source, outcome: 'muted' as const, reason: 'always-firing-alert' as const, count: 1 }
        : { source, outcome: 'signal' as const, reason: '' as const, count: 1 };
    });
    return { ledger };
  },
};

const alert = (fingerprint: string) =>
  ({ type: 'alert', fingerprint, status: 'firing', labels: { alertname: 'Watchdog' }, annotations: {} }) as const;
const envelope = (...fingerprints: string[]): Envelope => ({
  ...head,
  source: 'alertmanager.alerts',
  instance: 'i',
  items: fingerprints.map(alert),
  origin: { arrival: 1, line: 40 + fingerprints.length },
});
const signal: Signal = {
  id: 'sig-1',
  entity: { kind: 'Deployment', namespace: 'shop', name: 'cart' },
  subjects: [],
  symptom: 'crash-loop',
  reason: 'BackOff',
  severity: 'high',
  sources: ['alertmanager.alerts'],
  messages: ['back-off\u001b[31m restarting'],
  count: 1,
  firstSeen: at,
  lastSeen: at,
  attributes: {},
  status: 'open',
  observations: ['0-0.0'],
  why: 'label deployment names it',
};
const incident: Incident = {
  ...head,
  id: 'inc-1',
  revision: 3,
  status: 'open',
  severity: 'high',
  openedAt: at,
  updatedAt: at,
  members: [{ signal, why: { rule: 'opened it', score: 1, path: [] } }],
  roots: [],
  ready: true,
  traceId: 'a'.repeat(32),
};

const log: Partial<Record<TopicName, unknown[]>> = {
  [topics.observations.name]: [envelope('a'.repeat(16)), envelope('b'.repeat(16), 'c'.repeat(16))],
  [topics.signals.name]: [{ ...head, type: 'signal', transition: 'opened', signal }],
  [topics.incidents.name]: [incident, { ...incident, id: 'inc-0', mergedInto: 'inc-1', members: [] }],
};

function given(skip = 0) {
  const recordsOf = (topic: TopicName, partition: number): LogRecord[] =>
    (log[topic] ?? [])
      .map((value, offset) => ({ topic, partition, offset, key: (value as Incident).id ?? 'c', headers: {}, value }))
      .slice(skip);
  const records = recordsInMemory(recordsOf, 1);
  return (what: string) => explain(readSubject(what), { records, signals: signals as Stage }).join('\n');
}

describe('given a question about what Winnow decided', () => {
  test('when it is about one item of a request, then its own outcome is told, as it was after the items before it', () => {
    const ask = given();
    expect(ask('0-1.0')).toMatch(/outcome: muted \(always-firing-alert: Watchdog/);
    expect(ask('0-1.1')).toMatch(/outcome: signal$/m);
    expect(ask('0-1')).toContain('b'.repeat(16));
    expect(ask('b'.repeat(16))).toContain('always-firing-alert');
    expect(ask('line:42')).toContain('observation 0-1 (alertmanager.alerts, line 42)');
  });

  test('when an item became a signal, then the signal, its rule and its incident are told', () => {
    const text = given()('0-0.0');
    expect(text).toContain('why it is a signal: label deployment names it');
    expect(text).toContain('it belongs to incident inc-1: opened it (1.00)');
    expect(text).not.toContain('\u001b');
  });

  test('when an incident was merged, then its survivor is told of', () => {
    expect(given()('inc-0')).toContain('was found to be one with inc-1');
    expect(given()('inc-0')).toContain('incident inc-1:');
  });

  test('when earlier arrivals are forgotten, then that is said rather than guessed', () => {
    expect(given(1)('0-1.0')).toContain('cannot be decided again');
  });

  test.each(['inc-9', 'sig-9', '0-7', '0-1.9', 'line:7', 'f'.repeat(16)])(
    'when nothing is known of %s, then the error says so',
    (what) => {
      expect(() => given()(what)).toThrow(/nothing is known of/);
    },
  );

  test('when it cannot be told what is asked about, then the error lists what can be', () => {
    expect(() => readSubject('cart')).toThrow(/an incident \(inc-…\)/);
  });
});

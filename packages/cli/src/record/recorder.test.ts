import type { Envelope, Item, TopicName } from '@winnow/contracts';
import type { Reader, StoredRecord } from '@winnow/sqlite';
import { describe, expect, test } from 'vitest';
import { createRecorder } from './recorder.ts';
import type { Window } from './window.ts';

const time = (minutes: number) => new Date(Date.parse('2026-03-08T15:00:00Z') + minutes * 60_000).toISOString();
const pod = (name: string, change: 'ADDED' | 'MODIFIED' | 'DELETED' = 'ADDED'): Item => ({
  ...{ type: 'object', change },
  object: { kind: 'Pod', metadata: { name, namespace: 'shop' } } as never,
});
const alert = (name: string, status: 'firing' | 'resolved' = 'firing'): Item => ({
  ...{ type: 'alert', fingerprint: name.padEnd(16, '0'), status },
  ...{ labels: { alertname: name }, annotations: {} },
});

type Arrival = readonly [minutes: number, items: readonly Item[], more?: Partial<Envelope>];

/** A log that grows: only what a recorder reads of it. */
function logOf(arrivals: readonly Arrival[], lookups: readonly object[] = [], incidents: readonly object[] = []) {
  const records = new Map<TopicName, StoredRecord[]>();
  const put = (topic: TopicName, value: unknown) => {
    const log = records.get(topic) ?? [];
    records.set(topic, log);
    log.push({ topic, partition: 0, offset: log.length + 10, key: String(log.length), headers: {}, value, at: 0 });
  };
  const arrive = ([minutes, items, more]: Arrival) =>
    put('winnow.observations', {
      ...{ schema: 1, tenant: 'default', cluster: 'c1', source: 'kubernetes.object', instance: 'intake' },
      ...{ at: time(minutes), items, ...more },
    });
  for (const each of arrivals) arrive(each);
  for (const each of lookups) put('winnow.lookups', each);
  for (const each of incidents) put('winnow.incidents', each);
  const read: Reader['read'] = ({ topic, from = 0, limit = 100 }) =>
    (records.get(topic) ?? []).filter(({ offset }) => offset >= from).slice(0, limit);
  return { reader: { read } as Reader, arrive };
}

const positionsOf = (reader: Reader, window: Window) =>
  [...createRecorder(reader, window).lines()].map((line) => (JSON.parse(line) as { position: string }).position);

const ask = (id: string, more: object = {}) => ({
  ...{ schema: 1, type: 'ask', id, tenant: 'default', cluster: 'c1', incident: 'inc-1', revision: 1 },
  ...{ kind: 'logs', arguments: { pod: 'p' }, at: time(1), deadline: 1, ...more },
});
const result = (id: string, minutes: number, more: object = {}) => ({
  ...{ schema: 1, type: 'result', ask: id, tenant: 'default', cluster: 'c1', incident: 'inc-1', revision: 1 },
  ...{ kind: 'logs', status: 'ok', at: time(minutes), value: ['line'], ...more },
});

describe('given a log', () => {
  test('when it is recorded, then arrivals come in its order, look-ups at the time of their results, the first of each alone', () => {
    const { reader } = logOf(
      [
        [0, [pod('a')]],
        [2, [pod('b')]],
        [9, [pod('c')]],
      ],
      [
        ask('ask-1'),
        result('ask-1', 5),
        result('ask-1', 6, { status: 'failed' }),
        ask('ask-2', { kind: 'diagnosis' }),
        result('ask-2', 7, { kind: 'diagnosis' }),
      ],
    );
    const lines = [...createRecorder(reader, {}).lines()].map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ at, source, position }) => [at, source, position])).toEqual([
      [time(0), 'kubernetes.object', '0-10'],
      [time(2), 'kubernetes.object', '0-11'],
      [time(5), 'lookup', undefined],
      [time(9), 'kubernetes.object', '0-12'],
    ]);
    expect(lines[2]?.payload).toMatchObject({ kind: 'logs', arguments: { pod: 'p' }, status: 'ok', ask: 'ask-1' });
  });

  test('when it grows, then what is new is given, and nothing twice', () => {
    const { reader, arrive } = logOf([[0, [pod('a')]]]);
    const recorder = createRecorder(reader, {});
    expect([...recorder.lines()]).toHaveLength(1);
    expect([...recorder.lines()]).toHaveLength(0);
    arrive([1, [pod('b')]]);
    expect([...recorder.lines()]).toHaveLength(1);
    expect(recorder.counts).toEqual({ arrivals: 2, lookups: 0 });
  });

  test('when one cluster is asked for up to a time, then nothing of others or of later is in it, but what is about all', () => {
    const { reader } = logOf([
      [0, [pod('a')]],
      [1, [pod('b')], { cluster: 'c2' }],
      [2, [pod('c')]],
      [2, [{ type: 'operator', act: 'silence' }], { cluster: '*', source: 'operator' }],
      [3, [pod('d')]],
    ]);
    const recorder = createRecorder(reader, { only: { tenant: 'default', cluster: 'c1' }, until: time(2) });
    expect([...recorder.lines()].map((line) => JSON.parse(line).cluster)).toEqual(['c1', 'c1', '*']);
    expect(recorder.over).toBe(true);
  });
});

describe('given a window that begins later than the log', () => {
  const window = { since: time(100) };

  test('when states were told before, then the latest of each come first, as they stand in the log', () => {
    const { reader } = logOf([
      [0, [pod('a'), pod('b')]],
      [1, [pod('c')]],
      [2, [pod('c', 'MODIFIED')]],
      [3, [pod('a', 'DELETED')]],
      [200, [pod('d')]],
    ]);
    expect(positionsOf(reader, window)).toEqual(['0-10', '0-12', '0-13', '0-14']);
  });

  test('when all of a kind was listed, then the last list that ended counts whole, with what came after it', () => {
    const [begin, end]: Item[] = [
      { type: 'list-begin', kind: 'Pod' },
      { type: 'list-end', kind: 'Pod' },
    ];
    const { reader } = logOf([
      [0, [begin as Item, pod('gone'), end as Item]],
      [10, [begin as Item, pod('a')]],
      [11, [pod('b')]],
      [12, [end as Item]],
      [13, [pod('b', 'MODIFIED')]],
      [200, []],
    ]);
    expect(positionsOf(reader, window)).toEqual(['0-11', '0-12', '0-13', '0-14', '0-15']);
  });

  test('when incidents live into it, then what opened their signals comes first, also where a later state has taken its place', () => {
    const incident = (observation: string, more: object) => ({
      ...{ tenant: 'default', cluster: 'c1', status: 'open', updatedAt: time(1) },
      ...{ members: [{ signal: { observations: [observation] } }], ...more },
    });
    const { reader } = logOf(
      [
        [0, [pod('a')]],
        [1, [pod('b')]],
        [2, [pod('a', 'MODIFIED'), pod('b', 'MODIFIED')]],
        [200, []],
      ],
      [],
      [incident('0-10.0', {}), incident('0-11.0', { status: 'resolved' })],
    );
    expect(positionsOf(reader, window)).toEqual(['0-10', '0-12', '0-13']);
  });

  test('when alerts fire, then what opened them comes first; those that ended or that nobody repeats are left out', () => {
    const source = { source: 'alertmanager.alerts' } as const;
    const { reader } = logOf([
      [0, [alert('Old')], source],
      [90, [alert('Fires')], source],
      [91, [alert('Ends')], source],
      [92, [alert('Ends', 'resolved')], source],
      [95, [alert('Fires')], source],
      [200, [alert('Fires')], source],
    ]);
    expect(positionsOf(reader, window)).toEqual(['0-11', '0-15']);
  });
});

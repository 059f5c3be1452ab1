import { type Envelope, type TopicName, topics } from '@winnow/contracts';
import { signalsStage } from '@winnow/signals';
import type { LogRecord, Stage } from '@winnow/stream';
import { expect, test } from 'vitest';
import { explain } from './explain.ts';
import { recordsInMemory } from './records.ts';
import { readSubject } from './subject.ts';

const head = { schema: 1 as const, tenant: 'default', cluster: 'c', instance: 'i' };
const matchers = [{ name: 'alertname', value: 'Disk.*', isRegex: true, isEqual: true }];
const times = { startsAt: '2026-03-08T15:00:00.000Z', endsAt: '2026-03-08T17:00:00.000Z' };
const log: Envelope[] = [
  {
    ...{ ...head, cluster: '*', at: '2026-03-08T15:00:00.000Z', source: 'operator' },
    items: [
      {
        type: 'operator',
        act: 'silence',
        silence: { id: 'sil-1', matchers, ...times, createdBy: 'ada', comment: 'new disks come' },
      },
    ],
  },
  {
    ...{ ...head, at: '2026-03-08T15:10:00.000Z', source: 'alertmanager.alerts' },
    items: ['DiskFull', 'HighErrorRate'].map((alertname, at) => ({
      ...{ type: 'alert', fingerprint: `${at}`.repeat(16), status: 'firing', annotations: {} },
      labels: { alertname, service: 'db', namespace: 'shop' },
    })),
  },
];

test('given a silenced alert, then the silence that muted it is told, whose it is and until when', () => {
  const recordsOf = (topic: TopicName, partition: number): LogRecord[] =>
    topic === topics.observations.name
      ? log.map((value, offset) => ({ topic, partition, offset, key: value.cluster, headers: {}, value }))
      : [];
  const deps = { records: recordsInMemory(recordsOf, 1), signals: signalsStage() as Stage };
  const ask = (what: string) => explain(readSubject(what), deps).join('\n');
  expect(ask('0-1.0')).toMatch(/outcome: muted \(silence/);
  expect(ask('0-1.0')).toContain('silenced by sil-1 (ada: new disks come) until 2026-03-08T17:00:00.000Z');
  expect(ask('0-1.1')).not.toContain('silenced by');
});

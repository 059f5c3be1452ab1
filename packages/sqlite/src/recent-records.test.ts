import { topics } from '@winnow/contracts';
import type { NewRecord } from '@winnow/stream';
import { expect, test } from 'vitest';
import { createRecentRecords } from './recent-records.ts';
import { prepareRecord } from './record-table.ts';

const observations = topics.observations.name;
const signals = topics.signals.name;

function appended(offset: number, value: unknown, topic: NewRecord['topic'] = signals) {
  const given: NewRecord = { topic, partition: 0, key: 'k', headers: {}, value };
  return { offset, record: { ...prepareRecord(given), given } };
}

test('given records that are kept, when two readers come, then they are handed the same values', () => {
  const recent = createRecentRecords();
  recent.add([appended(7, { number: 7 }), appended(8, { number: 8 })]);
  const [one] = recent.read(signals, 0, 8, 10, 1_000) ?? [];
  const [other] = recent.read(signals, 0, 8, 10, 1_000) ?? [];
  expect(one).toMatchObject({ offset: 8, value: { number: 8 } });
  expect(other?.value).toBe(one?.value);
});

test('given what a stage put out, when the stage changes its value later, then readers see what was appended', () => {
  const recent = createRecentRecords();
  const value = { messages: ['first'] };
  recent.add([appended(0, value)]);
  value.messages.push('second');
  expect(recent.read(signals, 0, 0, 10, 1_000)?.[0]?.value).toEqual({ messages: ['first'] });
});

test('given an arrival, when it is read, then nothing was parsed for it', () => {
  const recent = createRecentRecords();
  const envelope = { items: [] };
  recent.add([appended(0, envelope, observations)]);
  expect(recent.read(observations, 0, 0, 10, 1_000)?.[0]?.value).toBe(envelope);
});

test('given a reader that is behind what is kept, when it reads, then it is sent to the log', () => {
  const recent = createRecentRecords(100);
  recent.add([appended(0, 'x'.repeat(60)), appended(1, 'x'.repeat(60)), appended(2, 'x'.repeat(60))]);
  expect(recent.read(signals, 0, 0, 10, 1_000)).toBeUndefined();
  expect(recent.read(signals, 0, 2, 10, 1_000)).toHaveLength(1);
  expect(recent.read(signals, 0, 3, 10, 1_000)).toEqual([]);
});

test('given limits of records and characters, when they are read, then a batch keeps to them, but holds one at least', () => {
  const recent = createRecentRecords();
  recent.add([0, 1, 2, 3].map((offset) => appended(offset, 'x'.repeat(50))));
  expect(recent.read(signals, 0, 0, 2, 1_000)).toHaveLength(2);
  expect(recent.read(signals, 0, 0, 10, 120)).toHaveLength(2);
  expect(recent.read(signals, 0, 0, 10, 1)).toHaveLength(1);
});

test('given a log from which records were removed, when it is read, then it is sent to the log, and later records are kept again', () => {
  const recent = createRecentRecords();
  recent.add([appended(0, 'gone')]);
  recent.forget([{ topic: signals, partition: 0 }]);
  expect(recent.read(signals, 0, 0, 10, 1_000)).toBeUndefined();
  recent.add([appended(1, 'new')]);
  expect(recent.read(signals, 0, 1, 10, 1_000)).toMatchObject([{ offset: 1, value: 'new' }]);
});

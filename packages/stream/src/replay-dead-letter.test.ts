import { type DeadLetter, type Envelope, topics } from '@winnow/contracts';
import { describe, expect, it } from 'vitest';
import { poisonOutcome } from './poison.ts';
import type { LogRecord } from './records.ts';
import { type Replayed, replayDeadLetter } from './replay-dead-letter.ts';

const envelope: Envelope = {
  ...{ schema: 1, tenant: 't', cluster: 'c', source: 'kubernetes.event', instance: 'watch' },
  ...{ at: '2026-03-08T15:00:00.000Z', origin: { arrival: 7, position: '0-3' } },
  items: [{ type: 'alert', fingerprint: '00', status: 'firing', labels: {}, annotations: {} }],
};
const original: LogRecord = {
  ...{ topic: topics.observations.name, partition: 3, offset: 17 },
  ...{ key: 'c', headers: {}, value: envelope },
};
const at = '2026-03-08T18:00:00.000Z';

const letterOf = (record: LogRecord, stage = 'signals') =>
  poisonOutcome(stage, record, new Error('cannot')).emit?.[0]?.value as DeadLetter;
const poison = letterOf(original);

describe('replaying a dead letter', () => {
  it('given a poisonous arrival, when it is replayed, then it arrives now, where it was, and says when it came first', () => {
    const { records, from } = replayDeadLetter({ letter: poison, original, at, by: 'ann' }) as Replayed;
    const [arrival, noted] = records;
    expect(from).toBe('log');
    expect(arrival).toMatchObject({ topic: topics.observations.name, partition: 3, key: 'c' });
    const { origin: _, ...sent } = envelope;
    expect(arrival.value).toEqual({ ...sent, at, originalAt: envelope.at, replayOf: poison.id });
    expect(noted).toMatchObject({ topic: topics.deadLetters.name, partition: 3 });
    expect(noted.value).toEqual({ ...poison, replayed: { at, times: 1, by: 'ann' } });
  });

  it('given that the log has forgotten the record, when it is replayed, then the copy arrives', () => {
    const { records, from } = replayDeadLetter({ letter: poison, original: undefined, at }) as Replayed;
    expect(from).toBe('copy');
    expect(records[0].value).toMatchObject({ originalAt: envelope.at, items: envelope.items });
  });

  it('given one that was poison again when it was replayed, when that is replayed, then it still says when it came first', () => {
    const [again] = (replayDeadLetter({ letter: poison, original, at }) as Replayed).records;
    const second = letterOf({ ...again, offset: 40 });
    const { records } = replayDeadLetter({
      letter: second,
      original: undefined,
      at: '2026-03-09T00:00:00.000Z',
    }) as Replayed;
    expect(records[0].value).toMatchObject({ originalAt: envelope.at, replayOf: second.id });
  });

  it('given one that has been replayed before, when it is replayed, then that is counted', () => {
    const [, noted] = (replayDeadLetter({ letter: poison, original, at }) as Replayed).records;
    const { records } = replayDeadLetter({ letter: noted.value, original, at }) as Replayed;
    expect(records[1].value.replayed).toEqual({ at, times: 2 });
  });

  it.each([
    ['too large', { ...poison, code: 'too-large' as const }, 'too large to be kept'],
    ['unreadable', { ...poison, code: 'wrong-shape' as const, position: '3-17.0' }, 'its sender has to send it again'],
    [
      'of a later stage',
      letterOf({ ...original, topic: topics.signals.name }, 'grouping'),
      'grouping failed on winnow.signals/3-17',
    ],
    ['without a copy', { ...poison, record: undefined }, 'the log has forgotten it, and no copy'],
  ])('given one that is %s, when it is to be replayed, then the reason is told', (_, letter, reason) => {
    expect(replayDeadLetter({ letter, original: undefined, at })).toEqual({ reason: expect.stringContaining(reason) });
  });

  it('given a record that is no arrival, when it is to be replayed, then the field is named', () => {
    const strange = { ...original, value: { ...envelope, items: 'none' } };
    expect(replayDeadLetter({ letter: letterOf(strange), original: strange, at })).toEqual({
      reason: expect.stringContaining('items: '),
    });
  });
});

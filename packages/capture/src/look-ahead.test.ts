import type { Ask, Envelope } from '@winnow/contracts';
import { describe, expect, it } from 'vitest';
import { recordingOf } from './open-recording.ts';
import { testOptions } from './test-intake.ts';

const time = (seconds: number) => new Date(Date.parse('2026-03-08T15:00:00Z') + seconds * 1000).toISOString();
const alerts = (seconds: number, more: object = {}) => ({
  ...{ at: time(seconds), cluster: 'c1', source: 'alertmanager.alerts', instance: 'intake' },
  ...{ payload: [{ labels: { a: 'b', cluster: 'told' } }], ...more },
});
const lookup = (seconds: number, ask: string, value: unknown, more: object = {}) => ({
  ...{ at: time(seconds), cluster: 'c1', source: 'lookup' },
  payload: { kind: 'logs', arguments: { pod: 'p' }, status: 'ok', value, ask, ...more },
});
const ask = (id: string, pod = 'p') => ({ id, cluster: 'c1', kind: 'logs', arguments: { pod } }) as unknown as Ask;

async function read(lines: readonly unknown[]) {
  async function* chunks() {
    for (const line of lines) yield Buffer.from(`${JSON.stringify(line)}\n`);
  }
  const recording = recordingOf(chunks(), testOptions);
  const envelopes: Envelope[] = [];
  const answers: unknown[] = [];
  for await (const envelope of recording.envelopes()) {
    answers.push(recording.answerTo(ask('ask-1'))?.value);
    envelopes.push(envelope);
  }
  return { recording, envelopes, answers, problems: recording.problems() };
}

describe('given a recording of a log', () => {
  it('when a look-up stands behind the arrival that it was made for, then it is known at that arrival, with its time', async () => {
    const { recording, envelopes, answers } = await read([
      alerts(0, { position: '0-4' }),
      alerts(20, { position: '0-5' }),
      lookup(25, 'ask-1', 'found'),
      alerts(30, { position: '0-7' }),
    ]);
    expect(answers).toEqual(['found', 'found', 'found']);
    expect(recording.answerTo(ask('ask-1'))).toMatchObject({ status: 'ok', at: time(25) });
    expect(envelopes.map(({ origin }) => origin)).toEqual([
      { arrival: 1, line: 1, position: '0-4' },
      { arrival: 2, line: 2, position: '0-5' },
      { arrival: 3, line: 4, position: '0-7' },
    ]);
  });

  it('when an ask is unknown, then the latest answer to the same question counts, and none to another', async () => {
    const { recording } = await read([
      alerts(0, { position: '0-4' }),
      lookup(1, 'ask-1', 'first'),
      lookup(2, 'ask-2', 'second', { message: 'words' }),
    ]);
    expect(recording.answerTo(ask('ask-1'))?.value).toBe('first');
    expect(recording.answerTo(ask('ask-9'))).toMatchObject({ value: 'second', message: 'words' });
    expect(recording.answerTo(ask('ask-9', 'other'))).toBeUndefined();
  });

  it('when it is read, then nothing is added, divided or set right: clusters, times, sources and heartbeats stay', async () => {
    const beat = { ...alerts(1), source: 'heartbeat', payload: [{ source: 'audit.event', instance: 'x' }] };
    const { envelopes, problems } = await read([
      alerts(60, { position: '0-4', tenant: 'acme' }),
      { ...beat, position: '0-5' },
      alerts(600, { position: '0-6' }),
    ]);
    expect(problems).toEqual([]);
    expect(envelopes).toMatchObject([
      { tenant: 'acme', cluster: 'c1', at: time(60), instance: 'intake' },
      { tenant: 'default', at: time(1), items: [{ type: 'heartbeat', source: 'audit.event', instance: 'x' }] },
      { at: time(600) },
    ]);
    expect(envelopes[1]?.items).toHaveLength(1);
  });

  it('when a position does not grow, then the line is read as any other, and that is told', async () => {
    const { envelopes, problems } = await read([alerts(0, { position: '0-4' }), alerts(1, { position: '0-4' })]);
    expect(problems).toEqual([{ place: 'line 2 position', expected: 'a position after 0-4', found: '0-4' }]);
    expect(envelopes[1]).toMatchObject({ cluster: 'told', origin: { arrival: 2, line: 2 } });
    expect(envelopes[1]?.origin).not.toHaveProperty('position');
  });
});

describe('given a recording that somebody else has written', () => {
  it('when it holds look-ups, then they are arrivals, also where they name an ask', async () => {
    const { envelopes, recording } = await read([alerts(0), lookup(1, 'ask-1', 'found')]);
    expect(envelopes.some(({ source }) => source === 'lookup')).toBe(true);
    expect(recording.answerTo(ask('ask-1'))).toBeUndefined();
  });
});

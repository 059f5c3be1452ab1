import { gzipSync } from 'node:zlib';
import type { Envelope } from '@winnow/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordingOf } from './open-recording.ts';
import { testOptions } from './test-intake.ts';

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

async function read(lines: readonly unknown[], size = 1000) {
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  const recording = recordingOf(inPieces(Buffer.from(text), size), testOptions);
  const envelopes: Envelope[] = [];
  for await (const envelope of recording.envelopes()) envelopes.push(envelope);
  return {
    envelopes,
    told: envelopes.filter((envelope) => envelope.origin?.line !== undefined),
    problems: recording.problems(),
  };
}

const time = (seconds: number) => new Date(Date.parse('2026-03-08T15:00:00Z') + seconds * 1000).toISOString();
const event = (seconds: number, more: object = {}) => ({
  at: time(seconds),
  cluster: 'c1',
  source: 'kubernetes.event',
  payload: { involvedObject: { kind: 'Pod', name: 'p' }, metadata: { uid: 'u' } },
  ...more,
});

describe('given a recording, when it is read', () => {
  it('then each line is an arrival with its number, time, cluster and source', async () => {
    const alerts = { at: time(1), cluster: 'c2', source: 'alertmanager.alerts', payload: [{ labels: { a: 'b' } }] };
    const { told, problems } = await read([event(0), '', alerts]);
    expect(told).toMatchObject([
      {
        schema: 1,
        tenant: 'default',
        cluster: 'c1',
        source: 'kubernetes.event',
        at: time(0),
        origin: { arrival: 1, line: 1 },
      },
      {
        cluster: 'c2',
        source: 'alertmanager.alerts',
        at: time(1),
        items: [{ type: 'alert' }],
        origin: { arrival: 2, line: 3 },
      },
    ]);
    expect(problems).toEqual([]);
  });

  it('then it is the same in whatever pieces it comes', async () => {
    const lines = [event(0), 'bröken', event(7, { cluster: 'ü' }), '\r', event(20)];
    const whole = await read(lines);
    for (const size of [1, 2, 3, 7, 64]) expect(await read(lines, size)).toEqual(whole);
  });

  it('then alerts of several clusters are an arrival for each', async () => {
    const payload = [{ labels: { cluster: 'b' } }, { labels: {} }];
    const { told } = await read([event(0, { source: 'alertmanager.alerts', payload })]);
    expect(told.map(({ cluster, origin }) => [cluster, origin])).toEqual([
      ['b', { arrival: 1, line: 1 }],
      ['c1', { arrival: 2, line: 1 }],
    ]);
  });

  it('then what nobody else reads is read: dependencies, changes, acts, look-ups; secrets are out', async () => {
    const end = (service: string) => ({ namespace: 'shop', service });
    const { told, problems } = await read([
      event(0, { source: 'dependency', payload: { from: end('a'), to: end('b') } }),
      event(0, {
        source: 'change',
        payload: {
          kind: 'deployment',
          subject: { kind: 'Deployment', namespace: 'shop', name: 'a' },
          summary: 'password=hunter2',
        },
      }),
      event(0, { source: 'operator', payload: { act: 'close', incident: 'inc-1', note: 'token=hunter2' } }),
      event(0, {
        source: 'lookup',
        payload: { kind: 'logs', arguments: { pod: 'p' }, status: 'ok', value: ['password=hunter2'] },
      }),
    ]);
    expect(problems).toEqual([]);
    expect(told.flatMap(({ items }) => items)).toMatchObject([
      { type: 'dependency', from: end('a') },
      { type: 'change', subject: { name: 'a' } },
      { type: 'operator', act: 'close' },
      { type: 'lookup', kind: 'logs', value: ['password=[REDACTED]'] },
    ]);
    expect(JSON.stringify(told)).not.toContain('hunter2');
  });
});

describe('given lines that cannot be read, when the recording is read', () => {
  it('then each is named with its number, counted, and the others are read', async () => {
    const { told, problems } = await read([
      event(0),
      '{"at":"2026-03-08T15:00:01Z","cluster":"c9","source":"audit.event","payload":{"secret":"hunt',
      'garbage',
      event(2, { source: 'smoke.signal' }),
      event(3, { at: 'noon' }),
      event(3, { source: 'dependency', payload: {} }),
      event(3, { payload: { involvedObject: {} } }),
      '[]',
      event(4),
    ]);
    expect(
      told.map(({ source, cluster, items }) => [
        source,
        cluster,
        items.map((item) => (item.type === 'unreadable' ? `${item.code} ${item.place}` : item.type)),
      ]),
    ).toEqual([
      ['kubernetes.event', 'c1', ['event']],
      ['audit.event', 'c9', ['not-json line 2']],
      ['audit.event', 'c9', ['not-json line 3']],
      ['audit.event', 'c1', ['unknown-source line 4 source']],
      ['kubernetes.event', 'c1', ['wrong-shape line 5 at']],
      ['kubernetes.event', 'c1', ['wrong-shape line 6 to.service']],
      ['kubernetes.event', 'c1', ['wrong-shape line 7 involvedObject.kind']],
      ['kubernetes.event', 'c1', ['wrong-shape line 8']],
      ['kubernetes.event', 'c1', ['event']],
    ]);
    expect(problems.map(({ place }) => place)).toHaveLength(7);
    expect(JSON.stringify({ told, problems })).not.toContain('hunt');
  });

  it('then those before the first good one take its time and cluster', async () => {
    const { told } = await read(['garbage', event(5)]);
    expect(told.map(({ at, cluster }) => [at, cluster])).toEqual([
      [time(5), 'c1'],
      [time(5), 'c1'],
    ]);
  });

  it('then a time that goes back stands still, and that is told once', async () => {
    const { told, problems } = await read([event(10), event(5), event(6), event(12)]);
    expect(told.map(({ at }) => at)).toEqual([time(10), time(10), time(10), time(12)]);
    expect(problems).toMatchObject([{ place: 'line 2 at' }]);
  });

  it('then a stream that breaks off ends it, and what came before stands', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield Buffer.from(`${JSON.stringify(event(0))}\n{"at":`);
      throw new Error('unexpected end of file');
    }
    const recording = recordingOf(broken(), testOptions);
    const envelopes: Envelope[] = [];
    for await (const envelope of recording.envelopes()) envelopes.push(envelope);
    expect(envelopes.slice(0, 2).flatMap(({ items }) => items.map(({ type }) => type))).toEqual([
      'event',
      'unreadable',
    ]);
    expect(recording.problems()).toMatchObject([{ place: 'line 2', found: 'unexpected end of file' }]);
  });

  it('then any text is read to its end, times never go back, and every line that is not blank is told of or read', async () => {
    const line = fc.oneof(
      fc.string().map((text) => text.replaceAll('\n', ' ')),
      fc.json().map((text) => text.replaceAll('\n', ' ')),
      fc
        .record({
          at: fc.constantFrom(time(1), time(2), 'x'),
          cluster: fc.string(),
          source: fc.constantFrom('kubernetes.event', 'dependency', 'operator', 'lookup', 'change', 'heartbeat', 'x'),
          payload: fc.jsonValue(),
        })
        .map((each) => JSON.stringify(each)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 12 }), async (lines) => {
        const { envelopes, told } = await read(lines, 50);
        const times = envelopes.map(({ at }) => at);
        expect(times).toEqual([...times].sort());
        expect(envelopes.map(({ origin }) => origin?.arrival)).toEqual(envelopes.map((_, i) => i + 1));
        const blank = lines.filter((text) => text.trim() === '').length;
        expect(new Set(told.map(({ origin }) => origin?.line)).size).toBeGreaterThanOrEqual(
          lines.length - blank - lines.filter((text) => text.includes('"payload":[]')).length,
        );
      }),
      { numRuns: 200 },
    );
  });
});

describe('given a recording without heartbeats, when it is read', () => {
  const beats = (envelopes: readonly Envelope[]) => envelopes.filter(({ source }) => source === 'heartbeat');

  it('then every source that has been silent for 5 s is heard again each 5 s, and for 75 s after the end', async () => {
    const { envelopes } = await read([event(0), event(16)]);
    const at = beats(envelopes).map((envelope) => envelope.at);
    expect(at.slice(0, 3)).toEqual([time(5), time(10), time(15)]);
    expect(at.slice(3)).toEqual(Array.from({ length: 15 }, (_, i) => time(16 + 5 * (i + 1))));
    expect(beats(envelopes)[0]?.items).toEqual([
      { type: 'heartbeat', source: 'kubernetes.event', instance: 'recording' },
    ]);
  });

  it('then a source is heard while another one tells much, and each cluster for itself', async () => {
    const alerts = event(0, { cluster: 'c2', source: 'alertmanager.alerts', payload: [{ labels: {} }] });
    const { envelopes } = await read([alerts, ...Array.from({ length: 12 }, (_, i) => event(i * 2))]);
    const within = beats(envelopes).filter(({ at }) => at < time(22));
    expect(within.map(({ at, cluster }) => [at, cluster])).toEqual([
      [time(5), 'c2'],
      [time(10), 'c2'],
      [time(15), 'c2'],
      [time(20), 'c2'],
    ]);
  });

  it('then a gap of more than a day is no time in which anybody was heard', async () => {
    const { envelopes } = await read([event(0), event(2 * 86_400)]);
    expect(beats(envelopes).every(({ at }) => at > time(2 * 86_400))).toBe(true);
  });
});

it('given a recording with heartbeats, when it is read, then none are added, and those vouch for lines that name no instance', async () => {
  const heartbeat = event(3, { source: 'heartbeat', payload: { source: 'kubernetes.event', instance: 'watch-1' } });
  const { envelopes } = await read([event(0), heartbeat, event(60)]);
  expect(envelopes).toHaveLength(3);
  expect(envelopes[1]?.items.map((item) => item.type === 'heartbeat' && item.instance)).toEqual([
    'watch-1',
    'recording',
  ]);
});

it('given a gzipped file, when it is opened, then it is seen by its content', async () => {
  const { mkdtemp, writeFile } = await import('node:fs/promises');
  const { openRecording } = await import('./open-recording.ts');
  const { tmpdir } = await import('node:os');
  const path = `${await mkdtemp(`${tmpdir()}/winnow-`)}/plain.jsonl`;
  await writeFile(path, gzipSync(`${JSON.stringify(event(0))}\n`));
  const { envelopes } = await openRecording(path, testOptions);
  for await (const envelope of envelopes()) {
    expect(envelope.items[0]?.type).toBe('event');
    break;
  }
});

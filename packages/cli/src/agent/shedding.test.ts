import type { Envelope, Item, Source } from '@winnow/contracts';
import { LogUnavailable } from '@winnow/stream';
import { describe, expect, test } from 'vitest';
import { createShedding } from './shedding.ts';

/** A buffer that is full or not, and what it took. */
function setUp() {
  const taken: Envelope[] = [];
  const state = { isFull: true };
  const shedding = createShedding({
    get isFull() {
      return state.isFull;
    },
    async append(envelopes) {
      if (state.isFull) throw new LogUnavailable('full');
      taken.push(...envelopes);
    },
  });
  const shed = (source: Source) =>
    shedding.readMetrics()[0]?.samples.find(({ labels }) => labels.source === source)?.value ?? 0;
  return { ...shedding, taken, state, shed };
}

const envelopeOf = (source: Source, ...items: Item[]): Envelope => ({
  ...{ schema: 1, tenant: 'default', cluster: 'edge', source, instance: 'agent', at: '2026-03-08T15:00:00.000Z' },
  items,
});
const event = (eventType: 'Normal' | 'Warning'): Item =>
  ({ type: 'event', eventType, reason: 'x', regarding: { kind: 'Pod', name: 'p' } }) as Item;
const beat: Item = { type: 'heartbeat', source: 'kubernetes.event', instance: 'agent' };

describe('given a buffer that is full', () => {
  test('when ordinary events come, then they are shed, and the next record of their source tells how many', async () => {
    const { append, appendOnce, taken, state, shed } = setUp();
    await append([envelopeOf('kubernetes.event', event('Normal'), event('Normal'))]);
    await appendOnce([envelopeOf('kubernetes.event', event('Normal'))]);
    expect(shed('kubernetes.event')).toBe(3);
    state.isFull = false;
    await append([envelopeOf('kubernetes.event', event('Warning'))]);
    await append([envelopeOf('kubernetes.event', event('Normal'))]);
    expect(taken.map((each) => each.shed)).toEqual([[{ reason: 'buffer-full', rank: 'other', count: 3 }], undefined]);
  });

  test('when what is kept elsewhere comes, then it is refused and not shed', async () => {
    const { append, appendOnce, shed } = setUp();
    for (const take of [append, appendOnce])
      await expect(take([envelopeOf('kubernetes.event', event('Normal'), event('Warning'))])).rejects.toThrow('full');
    await expect(appendOnce([envelopeOf('audit.event')])).rejects.toBeInstanceOf(LogUnavailable);
    await expect(append([envelopeOf('dependency')])).rejects.toBeInstanceOf(LogUnavailable);
    expect([shed('kubernetes.event'), shed('audit.event'), shed('dependency')]).toEqual([0, 0, 0]);
  });

  test('when what nobody keeps comes, then it is refused and counted', async () => {
    const { appendOnce, shed } = setUp();
    await expect(appendOnce([envelopeOf('heartbeat', beat, beat)])).rejects.toBeInstanceOf(LogUnavailable);
    expect(shed('heartbeat')).toBe(2);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Purpose, purposes } from '../api-server.ts';
import { createGate, type GateSettings } from './gate.ts';
import { defaultRate } from './rate.ts';

const places = { discovery: 2, list: 2, watch: 2, lookup: 2 };
const gateOf = (settings: Partial<GateSettings> = {}) => createGate({ rate: defaultRate, places, ...settings });

/** Asks for so many turns; `gone` counts those that were given. */
function ask(gate: ReturnType<typeof gateOf>, purpose: Purpose, count: number) {
  const turns = { gone: 0 };
  for (let index = 0; index < count; index++)
    void gate.enter(purpose).then(
      () => turns.gone++,
      () => undefined,
    );
  return turns;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the gate', () => {
  it('given more requests of a purpose than it has places, when one ends, then the next one goes', async () => {
    const gate = gateOf();
    const lists = ask(gate, 'list', 5);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(lists.gone).toBe(2);
    gate.leave('list');
    await vi.advanceTimersByTimeAsync(0);
    expect(lists.gone).toBe(3);
    expect(gate.waiting('list')).toBe(2);
  });

  it('given lists that take all their places, when a look-up comes, then it goes at once', async () => {
    const gate = gateOf();
    ask(gate, 'list', 50);
    const lookups = ask(gate, 'lookup', 1);
    await vi.advanceTimersByTimeAsync(0);
    expect(lookups.gone).toBe(1);
  });

  it('given tokens for few, when all purposes wait, then none starves', async () => {
    const rate = { ...defaultRate, start: 1, burstSeconds: 1 };
    const wide = { discovery: 99, list: 99, watch: 99, lookup: 99 };
    const gate = gateOf({ rate, places: wide });
    const turns = purposes.map((purpose) => ask(gate, purpose, 20));
    await vi.advanceTimersByTimeAsync(11_000);
    expect(turns.map(({ gone }) => gone)).toEqual([3, 3, 3, 3]);
  });

  it('given a pause that was asked for, when it is over, then what waited goes', async () => {
    const gate = gateOf();
    gate.note({ purpose: 'list', question: 'list pods', status: 429, pauseMs: 7000 });
    const lists = ask(gate, 'list', 1);
    await vi.advanceTimersByTimeAsync(6900);
    expect(lists.gone).toBe(0);
    await vi.advanceTimersByTimeAsync(200);
    expect(lists.gone).toBe(1);
  });

  it('given a request that waits, when it is aborted, then it leaves the queue and keeps no place', async () => {
    const gate = gateOf();
    ask(gate, 'list', 2);
    const abort = new AbortController();
    const waiting = gate.enter('list', abort.signal);
    const outcome = expect(waiting).rejects.toThrow('not wanted any more');
    abort.abort(new Error('not wanted any more'));
    await outcome;
    expect(gate.waiting('list')).toBe(0);
    gate.leave('list');
    gate.leave('list');
    expect(gate.running.list).toBe(0);
  });

  it('given a request that is aborted already, when it enters, then it takes no turn', async () => {
    const gate = gateOf();
    await expect(gate.enter('list', AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
    expect(gate.running.list).toBe(0);
  });

  it('given requests that wait, when the gate is closed, then they and later ones are told so', async () => {
    const gate = gateOf();
    ask(gate, 'list', 2);
    const outcome = expect(gate.enter('list')).rejects.toThrow('closed');
    gate.close(new Error('closed'));
    await outcome;
    await expect(gate.enter('lookup')).rejects.toThrow('closed');
    expect(vi.getTimerCount()).toBe(0);
  });
});

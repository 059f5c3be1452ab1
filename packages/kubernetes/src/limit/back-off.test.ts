import { describe, expect, it } from 'vitest';
import { LONGEST_PAUSE, noBackOff, noteAnswer, pauseOf, readRetryAfter } from './back-off.ts';

const list = { purpose: 'list' };
const lookup = { purpose: 'lookup' };

describe('pauses that the server asks for', () => {
  it('given a 429 of one level, when others are served by another level, then these go on', () => {
    const served = noteAnswer(noBackOff, { ...lookup, status: 200, level: 'high' }, 0);
    const state = noteAnswer(served, { ...list, status: 429, level: 'low', pauseMs: 3000 }, 0);
    expect(pauseOf(state, 'list', 1000)).toBe(2000);
    expect(pauseOf(state, 'lookup', 1000)).toBe(0);
    expect(pauseOf(state, 'list', 3000)).toBe(0);
  });

  it('given a 429 that names no level, when anything is asked, then it waits', () => {
    const state = noteAnswer(noBackOff, { ...list, status: 429, pauseMs: 3000 }, 0);
    expect(pauseOf(state, 'list', 0)).toBe(3000);
    expect(pauseOf(state, 'lookup', 0)).toBe(3000);
  });

  it('given a 429 without Retry-After, when it is seen, then a second is waited', () => {
    expect(pauseOf(noteAnswer(noBackOff, { ...list, status: 429 }, 0), 'list', 0)).toBe(1000);
  });

  it('given a later, shorter pause, when it is seen, then the longer one stands', () => {
    const long = noteAnswer(noBackOff, { ...list, status: 429, pauseMs: 10_000 }, 0);
    expect(pauseOf(noteAnswer(long, { ...list, status: 429, pauseMs: 1000 }, 100), 'list', 100)).toBe(9900);
  });

  it('given a pause beyond all reason, when it is seen, then it is cut', () => {
    const state = noteAnswer(noBackOff, { ...list, status: 429, pauseMs: 86_400_000 }, 0);
    expect(pauseOf(state, 'list', 0)).toBe(LONGEST_PAUSE);
  });

  it('given a 503, when it says how long, then all wait; when it does not, nobody does', () => {
    expect(pauseOf(noteAnswer(noBackOff, { ...list, status: 503, pauseMs: 500 }, 0), 'lookup', 0)).toBe(500);
    expect(pauseOf(noteAnswer(noBackOff, { ...list, status: 503 }, 0), 'list', 0)).toBe(0);
  });

  it.each([
    ['5', 5000],
    [' 0 ', 0],
    ['Sun, 08 Mar 2026 15:00:10 GMT', 10_000],
    ['Sun, 08 Mar 2026 14:00:00 GMT', 0],
    ['soon', undefined],
    [undefined, undefined],
  ])('given Retry-After %j, when it is read, then it is %j milliseconds', (header, expected) => {
    expect(readRetryAfter(header, Date.parse('2026-03-08T15:00:00Z'))).toBe(expected);
  });
});

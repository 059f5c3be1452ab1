import { describe, expect, it } from 'vitest';
import { compileSilence, stateOfSilence } from './silence.ts';

const matcher = (name: string, value: string, more: object = {}) => ({
  name,
  value,
  isRegex: false,
  isEqual: true,
  ...more,
});
const matches = (matchers: Parameters<typeof compileSilence>[0]['matchers'], labels: Record<string, string>) =>
  compileSilence({ id: 's', matchers }).matches(labels);

describe('a silence', () => {
  it('matches where all of its matchers do', () => {
    const both = [matcher('a', '1'), matcher('b', 'x.*', { isRegex: true })];
    expect(matches(both, { a: '1', b: 'xyz' })).toBe(true);
    expect(matches(both, { a: '1', b: 'y' })).toBe(false);
    expect(matches([matcher('a', '1'), matcher('c', '2', { isEqual: false })], { a: '1' })).toBe(true);
  });

  it('mutes nothing where it cannot be read, or means everything', () => {
    expect(matches([], { a: '1' })).toBe(false);
    expect(matches([matcher('a', '(', { isRegex: true })], { a: '(' })).toBe(false);
    expect(matches([matcher('a', '.*', { isRegex: true })], { a: '1' })).toBe(false);
    expect(matches([matcher('a', 'x', { isEqual: false })], { a: '1' })).toBe(false);
  });

  it('is pending, active from its start, expired from its end', () => {
    const silence = { startsAt: '2026-03-08T15:00:00.000Z', endsAt: '2026-03-08T16:00:00.000Z' };
    const stateAt = (time: string) => stateOfSilence(silence, Date.parse(`2026-03-08T${time}Z`));
    expect([stateAt('14:59:59.999'), stateAt('15:00:00'), stateAt('15:59:59.999'), stateAt('16:00:00')]).toEqual([
      'pending',
      'active',
      'active',
      'expired',
    ]);
  });
});

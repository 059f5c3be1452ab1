import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesAll } from './matcher.ts';
import { parseMatchers } from './parse-matchers.ts';

const labels = {
  alertname: 'KubePodCrashLooping',
  namespace: 'shop',
  pod: 'cart-1',
  'odd name': 'a"b',
  path: 'C:\\new',
  list: 'a,b',
};

function matches(filter: string): boolean | string {
  const parsed = parseMatchers(filter);
  return typeof parsed === 'string' ? parsed : matchesAll(parsed, labels);
}

describe('matchers as they are written', () => {
  it.each([
    ['alertname="KubePodCrashLooping"', true],
    ['alertname=KubePodCrashLooping', true],
    ['  alertname = "KubePodCrashLooping"  ', true],
    ['alertname!="KubePodCrashLooping"', false],
    ['pod=~"cart-.*"', true],
    ['pod=~cart-[0-9]{1}', true],
    ['pod=~"cart"', false],
    ['pod=~"(?i)CART-.+"', true],
    ['pod=~"front-1|cart-1"', true],
    ['pod!~"cart-.*|front-.*"', false],
    ['{namespace="shop", pod=~"c.+"}', true],
    ['namespace="shop",pod=~"c.+"', true],
    ['{namespace="shop",pod="x"}', false],
    ['list=a,b', true],
    ['missing=""', true],
    ['missing=', true],
    ['missing!=""', false],
    ['constructor=""', true],
    ['"odd name"="a\\"b"', true],
    ['path="C:\\\\new"', true],
    ['path=~"C:\\\\\\\\\\\\w+"', true],
  ])('%s matches: %s', (filter, expected) => {
    expect(matches(filter)).toBe(expected);
  });

  it.each([
    ['alertname', 'bad matcher format: alertname'],
    ['', 'bad matcher format: '],
    ['="x"', 'bad matcher format: ="x"'],
    ['a="b', 'matcher value contains unescaped double quote: "b'],
    ['a=b"c', 'matcher value contains unescaped double quote: b"c'],
    ['pod=~"("', 'error parsing regexp: missing closing ): `^(?:()$`'],
    ['pod=~"(?=a)"', 'error parsing regexp: invalid or unsupported Perl syntax: `(?=`'],
  ])('says of %j what Alertmanager says', (filter, fault) => {
    expect(matches(filter)).toBe(fault);
  });

  it.each(['{}', `a="${'x'.repeat(3_000)}"`])('refuses %j', (filter) => {
    expect(matches(filter)).toMatch(/^bad matcher format/);
  });

  it('takes no longer for an expression that was made to be slow', () => {
    const parsed = parseMatchers('pod=~"(a+)+(a+)+$"');
    if (typeof parsed === 'string') throw new Error(parsed);
    expect(matchesAll(parsed, { pod: `${'a'.repeat(5_000)}!` })).toBe(false);
  });

  it('refuses an expression that would be large once its repetitions are written out', () => {
    expect(parseMatchers(`pod=~"${'.{1000}'.repeat(3)}"`)).toBe('error parsing regexp: expression too large');
    expect(parseMatchers('pod=~"[a-z]{1,63}"')).toHaveLength(1);
  });

  it('takes whatever is written, or says what is wrong with it', () => {
    const texts = fc.string({ unit: fc.constantFrom(...'ab"\\{}(),=~!*+?[]|$^. \n\u00e9', '\\p', '(?', '{9') });
    fc.assert(
      fc.property(texts, texts, (filter, value) => {
        const parsed = parseMatchers(filter);
        if (typeof parsed === 'string') return /^(bad matcher|matcher value|error parsing)/.test(parsed);
        return typeof matchesAll(parsed, { a: value, b: value }) === 'boolean';
      }),
      { numRuns: 5_000 },
    );
  });
});

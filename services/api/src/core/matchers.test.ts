import { describe, expect, it } from 'vitest';
import { matchesAll, parseMatchers } from './matchers.ts';

const labels = { alertname: 'KubePodCrashLooping', namespace: 'shop', pod: 'cart-1', 'odd name': 'a"b' };

function matches(filter: string): boolean | string {
  const parsed = parseMatchers(filter);
  return typeof parsed === 'string' ? parsed : matchesAll(parsed, labels);
}

describe("Alertmanager's matchers", () => {
  it.each([
    ['alertname="KubePodCrashLooping"', true],
    ['alertname=KubePodCrashLooping', true],
    ['alertname!="KubePodCrashLooping"', false],
    ['pod=~"cart-.*"', true],
    ['pod=~"cart"', false],
    ['pod!~"cart-.*|front-.*"', false],
    ['{namespace="shop", pod=~"c.+"}', true],
    ['{namespace="shop",pod="x"}', false],
    ['missing=""', true],
    ['missing!=""', false],
    ['"odd name"="a\\"b"', true],
  ])('%s matches: %s', (filter, expected) => {
    expect(matches(filter)).toBe(expected);
  });

  it.each(['', '{}', 'alertname', 'a=b=c"', 'pod=~"("', '="x"', `a="${'x'.repeat(3_000)}"`])(
    'says what is wrong with %j',
    (filter) => {
      expect(matches(filter)).toBeTypeOf('string');
    },
  );
});

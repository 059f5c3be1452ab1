// One condition on a label. Regular expressions are RE2's, as in Alertmanager: linear in the text, whoever wrote the expression.
import type { Silence } from '@winnow/contracts';
import { RE2JS } from 're2js';

export type Labels = Readonly<Record<string, string>>;

/** As a silence holds it: `=` is neither, `!=` is not isEqual, `=~` isRegex and isEqual, `!~` isRegex alone. */
export type MatcherFields = Readonly<Silence['matchers'][number]>;

export interface Matcher extends MatcherFields {
  matches(value: string): boolean;
}

/** A text, in Go's words, where the regular expression is none. */
export function compileMatcher(fields: MatcherFields): Matcher | string {
  const { name, value, isRegex, isEqual } = fields;
  if (!isRegex) return { name, value, isRegex, isEqual, matches: (other) => (other === value) === isEqual };
  const test = compileRegex(value);
  if (typeof test === 'string') return test;
  return { name, value, isRegex, isEqual, matches: (other) => test(other) === isEqual };
}

/** A label that is absent counts as empty. */
export function matchesAll(matchers: readonly Matcher[], labels: Labels): boolean {
  return matchers.every(({ name, matches }) => matches((Object.hasOwn(labels, name) && labels[name]) || ''));
}

/** What is wrong with an expression, in Go's words; undefined where nothing is. */
export function faultOfRegex(source: string): string | undefined {
  const compiled = compile(source);
  return typeof compiled === 'string' ? compiled : undefined;
}

const literals = /^[\w :/@,;=-]*(?:\|[\w :/@,;=-]*)*$/;

/** The whole value has to match. */
function compileRegex(source: string): ((value: string) => boolean) | string {
  if (literals.test(source)) {
    const wanted = new Set(source.split('|'));
    return (value) => wanted.has(value);
  }
  const regex = compile(`^(?:${source})$`);
  return typeof regex === 'string' ? regex : (value) => regex.matches(value);
}

/** Counted repetitions are written out: so many characters, all together, an expression may come to. */
const MOST_REPEATED = 2_000;

function repeatedIn(source: string): number {
  const counts = [...source.matchAll(/\{(\d{1,4})(?:,(\d{0,4}))?\}/g)];
  return counts.reduce((sum, [, least, most]) => sum + Math.max(Number(least), Number(most ?? 0)), 0);
}

function compile(source: string): RE2JS | string {
  if (repeatedIn(source) > MOST_REPEATED) return 'error parsing regexp: expression too large';
  try {
    return RE2JS.compile(source);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

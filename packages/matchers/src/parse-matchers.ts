// Matchers as they are written: `alertname="X"`, `severity!=warning`, `pod=~"cart-.*"`, `{a="b", "c d"!~"e"}`.
import { compileMatcher, type Matcher } from './matcher.ts';

const LONGEST = 2_000;

/** The matchers of one filter; a text that says what is wrong with it, in Alertmanager's words where it has some. */
export function parseMatchers(filter: string): readonly Matcher[] | string {
  if (filter.length > LONGEST) return `bad matcher format: expected at most ${LONGEST} characters`;
  // One matcher is what Alertmanager takes: a value without quotes may hold commas and braces then.
  const single = parseOne(filter);
  if (typeof single !== 'string') return [single];
  const several = parseList(filter);
  return typeof several === 'string' ? single : several;
}

const one = /^\s*("(?:[^"\\]|\\.)*"|[a-zA-Z_:][a-zA-Z0-9_:.]*)\s*(=~|!~|!=|=)\s*(.*?)\s*$/s;
const each =
  /^\s*("(?:[^"\\]|\\.)*"|[a-zA-Z_:][a-zA-Z0-9_:.]*)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|[^"{},]*?)\s*(?:,|$)/;

function parseOne(text: string): Matcher | string {
  const match = one.exec(text);
  if (!match) return `bad matcher format: ${text}`;
  return toMatcher(match);
}

function parseList(text: string): readonly Matcher[] | string {
  let rest = text
    .trim()
    .replace(/^\{(.*)\}$/s, '$1')
    .trim();
  const matchers: Matcher[] = [];
  while (rest !== '') {
    const match = each.exec(rest);
    const matcher = match ? toMatcher(match) : 'no matcher';
    if (!match || typeof matcher === 'string') return matcher as string;
    matchers.push(matcher);
    rest = rest.slice(match[0].length).trim();
  }
  return matchers.length > 0 ? matchers : 'no matcher';
}

function toMatcher([, written = '', operator = '', raw = '']: RegExpExecArray): Matcher | string {
  const value = unquote(raw);
  if (value === undefined) return `matcher value contains unescaped double quote: ${raw}`;
  const isRegex = operator.endsWith('~');
  return compileMatcher({ name: unquote(written) ?? '', value, isRegex, isEqual: operator.startsWith('=') });
}

/** `\n`, `\"` and `\\` stand for what they name; any other backslash is one. Undefined where a quote has no partner. */
function unquote(raw: string): string | undefined {
  const quoted = raw.startsWith('"');
  if (quoted && (raw.length < 2 || !raw.endsWith('"'))) return undefined;
  const inner = quoted ? raw.slice(1, -1) : raw;
  let isOpen = false;
  const text = inner.replace(/\\(.)|\\$|"/gs, (found, escaped: string | undefined) => {
    if (found === '"' || (found === '\\' && quoted)) isOpen = true;
    if (escaped === 'n') return '\n';
    return escaped === '"' || escaped === '\\' ? escaped : found;
  });
  return isOpen ? undefined : text;
}

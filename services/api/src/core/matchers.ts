// Alertmanager's matchers: `alertname="X"`, `severity!=warning`, `pod=~"cart-.*"`, `{a="b", "c d"!~"e"}`.

export interface Matcher {
  readonly name: string;
  matches(value: string): boolean;
}

const pattern =
  /^\s*("(?:[^"\\]|\\.)*"|[a-zA-Z_:][a-zA-Z0-9_:.]*)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|[^"{},]*?)\s*(?:,|$)/;
const MAX_LENGTH = 2_000;

/** The matchers of one filter; a text that says what is wrong with it. A label that is absent counts as empty. */
export function parseMatchers(filter: string): readonly Matcher[] | string {
  if (filter.length > MAX_LENGTH) return `a filter of at most ${MAX_LENGTH} characters`;
  let rest = filter
    .trim()
    .replace(/^\{(.*)\}$/s, '$1')
    .trim();
  const matchers: Matcher[] = [];
  while (rest !== '') {
    const match = pattern.exec(rest);
    if (!match) return 'a matcher like name="value", with =, !=, =~ or !~';
    const matcher = toMatcher(unquote(match[1] ?? ''), match[2] ?? '', unquote(match[3] ?? ''));
    if (typeof matcher === 'string') return matcher;
    matchers.push(matcher);
    rest = rest.slice(match[0].length).trim();
  }
  return matchers.length > 0 ? matchers : 'a matcher like name="value", with =, !=, =~ or !~';
}

export function matchesAll(matchers: readonly Matcher[], labels: Readonly<Record<string, string>>): boolean {
  return matchers.every(({ name, matches }) => matches(labels[name] ?? ''));
}

function toMatcher(name: string, operator: string, wanted: string): Matcher | string {
  if (operator === '=') return { name, matches: (value) => value === wanted };
  if (operator === '!=') return { name, matches: (value) => value !== wanted };
  const regex = anchored(wanted);
  if (!regex) return `a regular expression, not ${JSON.stringify(wanted)}`;
  return operator === '=~'
    ? { name, matches: (value) => regex.test(value) }
    : { name, matches: (value) => !regex.test(value) };
}

/** The whole value has to match, as in Prometheus. */
function anchored(source: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${source})$`, 's');
  } catch {
    return undefined;
  }
}

function unquote(text: string): string {
  if (!text.startsWith('"')) return text;
  return text.slice(1, -1).replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
}

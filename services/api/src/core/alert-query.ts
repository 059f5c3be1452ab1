// What is asked of the alerts: the query of GET /api/v2/alerts and /api/v2/alerts/groups.
import { compileMatcher, type Labels, type Matcher, matchesAll, parseMatchers } from '@winnow/matchers';

export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The one receiver that there is. */
export const RECEIVER = 'winnow';

export interface AlertQuery {
  /** Whether anything can fit at all: alerts of other receivers there are none. */
  readonly receives: boolean;
  matches(labels: Labels): boolean;
  /** Whether alerts that are silenced, or that are not, are wanted. */
  wants(silenced: boolean): boolean;
}

const flags = ['active', 'silenced', 'inhibited', 'unprocessed'] as const;

/**
 * `filter` (repeated), `active`, `silenced`, `inhibited`, `unprocessed` (true where absent; nothing is ever inhibited or unprocessed),
 * `receiver` (a regular expression). A text says what is wrong with it.
 */
export function readAlertQuery(query: Query): AlertQuery | string {
  const wrong = flags.find((name) => !['true', 'false'].includes(lastOf(query[name]) ?? 'true'));
  if (wrong) return `${wrong}: expected true or false`;
  const matchers = readFilters(query);
  if (typeof matchers === 'string') return matchers;
  const receiver = receiverOf(lastOf(query.receiver));
  if (typeof receiver === 'string') return `failed to parse receiver param: ${receiver}`;
  const [active, silenced] = flags.map((name) => lastOf(query[name]) !== 'false');
  return {
    receives: receiver.matches(RECEIVER),
    matches: (labels) => matchesAll(matchers, labels),
    wants: (isSilenced) => (isSilenced ? silenced : active) === true,
  };
}

/** The matchers of all `filter`s; a text that says what is wrong with one. */
export function readFilters(query: Query): readonly Matcher[] | string {
  const parsed = allOf(query.filter).map(parseMatchers);
  const fault = parsed.find((each) => typeof each === 'string');
  return fault ?? parsed.flatMap((each) => (typeof each === 'string' ? [] : each));
}

const receiverOf = (value: string | undefined) =>
  compileMatcher({ name: 'receiver', value: value || '.*', isRegex: true, isEqual: true });
const allOf = (value: Query[string]) => (value === undefined ? [] : typeof value === 'string' ? [value] : value);
const lastOf = (value: Query[string]) => allOf(value).at(-1);

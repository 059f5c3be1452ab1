// The body of POST /api/v2/silences, and what is wrong with it in the words of Alertmanager, whose clients print them.
import { fieldsOf, isFields, readTime, type Silence } from '@winnow/contracts';
import { faultOfRegex, type MatcherFields } from '@winnow/matchers';
import { redactText } from '@winnow/redaction';

/** A silence as it was posted: without an id it is a new one. */
export type PostedSilence = Omit<Silence, 'id' | 'updatedAt'> & { readonly id?: string };

/** An answer that refuses: `code` stands in the body where the request does not fit the schema. */
export interface SilenceRefusal {
  readonly status: 400 | 404 | 422;
  readonly code?: number;
  readonly message: string;
}

const MOST_MATCHERS = 100;
const LONGEST = 2_000;

export function readSilence(body: unknown): PostedSilence | SilenceRefusal {
  if (!isFields(body)) return unparsed('it is no object');
  const missing = ['comment', 'createdBy', 'endsAt', 'matchers', 'startsAt'].find((name) => isAbsent(body[name]));
  if (missing) return required(missing);
  const { id, comment, createdBy, matchers } = body;
  for (const name of ['comment', 'createdBy'] as const)
    if (typeof body[name] !== 'string') return unparsed(`${name} is no text`);
  if (!isAbsent(id) && typeof id !== 'string') return unparsed('id is no text');
  const [startsAt, endsAt] = [timeOf(body.startsAt), timeOf(body.endsAt)];
  if (startsAt === undefined) return unparsed('startsAt is no RFC 3339 time');
  if (endsAt === undefined) return unparsed('endsAt is no RFC 3339 time');
  const read = readMatchers(matchers);
  if (!Array.isArray(read)) return read as SilenceRefusal;
  const texts = { comment: redactText(String(comment)), createdBy: redactText(String(createdBy)) };
  return { ...(id ? { id: String(id) } : {}), matchers: read, startsAt, endsAt, ...texts };
}

function readMatchers(value: unknown): MatcherFields[] | SilenceRefusal {
  if (!Array.isArray(value)) return unparsed('matchers is no list');
  if (value.length === 0) return { status: 422, code: 612, message: 'matchers in body should have at least 1 items' };
  if (value.length > MOST_MATCHERS)
    return { status: 422, code: 611, message: `matchers in body should have at most ${MOST_MATCHERS} items` };
  const matchers: MatcherFields[] = [];
  for (const [at, each] of value.entries()) {
    const read = readMatcher(each, at);
    if ('status' in read) return read;
    matchers.push(read);
  }
  return matchers;
}

/** Labels are redacted before they are written, so the values that they are held against are as well. */
function readMatcher(each: unknown, at: number): MatcherFields | SilenceRefusal {
  if (!isFields(each)) return unparsed(`matchers.${at} is no object`);
  const { name, value, isRegex, isEqual = true } = fieldsOf(each);
  const missing = ['isRegex', 'name', 'value'].find((field) => isAbsent(each[field]));
  if (missing) return required(`matchers.${at}.${missing}`);
  if (typeof name !== 'string' || typeof value !== 'string') return unparsed(`matchers.${at} has no texts`);
  if (typeof isRegex !== 'boolean') return unparsed(`matchers.${at}.isRegex is not true or false`);
  if (typeof isEqual !== 'boolean' && isEqual !== null) return unparsed(`matchers.${at}.isEqual is not true or false`);
  if (name.length > LONGEST || value.length > LONGEST) return unparsed(`matchers.${at} is over ${LONGEST} characters`);
  return { name, value: redactText(value), isRegex, isEqual: isEqual ?? true };
}

/** What an expression that stands in a silence must not be; undefined where all are well. */
export function faultOfMatchers(matchers: readonly MatcherFields[]): string | undefined {
  for (const [at, { name, value, isRegex }] of matchers.entries()) {
    if (name === '') return `invalid label matcher ${at}: invalid label name ""`;
    const fault = isRegex ? faultOfRegex(value) : undefined;
    if (fault) return `invalid label matcher ${at}: invalid regular expression ${JSON.stringify(value)}: ${fault}`;
  }
  return undefined;
}

/** Go's zero time is a time here: the silence starts at once. */
const timeOf = (value: unknown): string | undefined =>
  readTime(value) ?? (typeof value === 'string' && value.startsWith('0001-01-01T00:00:00') ? EARLIEST : undefined);
const EARLIEST = '1970-01-01T00:00:00.000Z';

const isAbsent = (value: unknown) => value === undefined || value === null;
const required = (field: string): SilenceRefusal => ({
  status: 422,
  code: 602,
  message: `${field} in body is required`,
});
const unparsed = (why: string): SilenceRefusal => ({
  status: 400,
  code: 400,
  message: `parsing silence body from "" failed, because ${why}`,
});

// Which dead letters a request wants: filters, and pages that stay in place while others come.
import { type DeadLetter, readTime } from '@winnow/contracts';

type Query = Readonly<Record<string, string | readonly string[] | undefined>>;
type Place = Pick<DeadLetter, 'at' | 'id'>;
const MAX_LIMIT = 1_000;

export interface DeadLetterQuery {
  readonly stage: readonly string[];
  readonly code: readonly string[];
  readonly cluster: readonly string[];
  readonly since?: string;
  readonly limit: number;
  readonly after?: Place;
}

/** Reads `stage, code, cluster` (each may be repeated or hold commas), `since`, `limit` (default 100), `cursor`. */
export function readDeadLetterQuery(
  query: Query,
): DeadLetterQuery | { readonly parameter: string; readonly expected: string } {
  const since = oneOf(query.since);
  const time = readTime(since);
  const limit = Number(oneOf(query.limit) ?? 100);
  const cursor = oneOf(query.cursor);
  const after = cursor === undefined ? undefined : readCursor(cursor);
  if (since !== undefined && time === undefined) return { parameter: 'since', expected: 'a time as in RFC 3339' };
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    return { parameter: 'limit', expected: `a whole number from 1 to ${MAX_LIMIT}` };
  if (cursor !== undefined && !after)
    return { parameter: 'cursor', expected: 'what the page before gave as nextCursor' };
  return {
    ...{ stage: listOf(query.stage), code: listOf(query.code), cluster: listOf(query.cluster), limit },
    ...(time !== undefined && { since: time }),
    ...(after && { after }),
  };
}

/** The newest first. */
export function pageOfDeadLetters<T extends Omit<DeadLetter, 'record' | 'stack'>>(
  letters: Iterable<T>,
  query: DeadLetterQuery,
): { readonly page: readonly T[]; readonly nextCursor?: string } {
  const { after, limit } = query;
  const fitting = [...letters].filter((each) => fits(each, query) && (!after || newestFirst(each, after) > 0));
  const page = fitting.sort(newestFirst).slice(0, limit);
  const last = page.at(-1);
  return fitting.length > page.length && last ? { page, nextCursor: `${last.at}_${last.id}` } : { page };
}

function fits(letter: Pick<DeadLetter, 'stage' | 'code' | 'cluster' | 'at'>, query: DeadLetterQuery): boolean {
  const { stage, code, cluster, since } = query;
  return (
    isAmong(letter.stage, stage) &&
    isAmong(letter.code, code) &&
    isAmong(letter.cluster, cluster) &&
    (since === undefined || letter.at >= since)
  );
}

const isAmong = (value: string, wanted: readonly string[]) => wanted.length === 0 || wanted.includes(value);

function newestFirst(one: Place, other: Place): number {
  if (one.at !== other.at) return one.at > other.at ? -1 : 1;
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
}

const oneOf = (value: Query[string]) => (typeof value === 'string' ? value : value?.at(-1));

function listOf(value: Query[string]): readonly string[] {
  const all = value === undefined ? [] : typeof value === 'string' ? [value] : value;
  return all.flatMap((each) => each.split(',')).filter((each) => each !== '');
}

function readCursor(cursor: string): Place | undefined {
  const [at = '', id] = cursor.split(/_(.*)/s);
  return readTime(at) !== undefined && id ? { at, id } : undefined;
}

// What of the report a request wants: filters, and pages that stay in place while incidents come and go.
import { type Incident, readTime, type Severity, severities } from '@winnow/contracts';
import { compareIncidents } from './order.ts';

type Query = Readonly<Record<string, string | readonly string[] | undefined>>;
type Place = Pick<Incident, 'status' | 'severity' | 'openedAt' | 'id'>;
const statuses = ['open', 'stale', 'resolved'] as const;
const MAX_LIMIT = 1_000;

export interface IncidentQuery {
  readonly status: readonly string[];
  readonly cluster: readonly string[];
  readonly namespace: readonly string[];
  readonly severity: readonly string[];
  readonly since?: string;
  readonly limit: number;
  readonly after?: Place;
}

export interface QueryFault {
  readonly parameter: string;
  readonly expected: string;
}

/** Reads `status, cluster, namespace, severity` (each may be repeated or hold commas), `since`, `limit` (default 100), `cursor`. */
export function readIncidentQuery(query: Query): IncidentQuery | QueryFault {
  const status = listOf(query.status);
  const severity = listOf(query.severity);
  const since = oneOf(query.since);
  const cursor = oneOf(query.cursor);
  const after = cursor === undefined ? undefined : readCursor(cursor);
  const limit = Number(oneOf(query.limit) ?? 100);
  if (!status.every((each) => (statuses as readonly string[]).includes(each)))
    return fault('status', statuses.join(', '));
  if (!severity.every((each) => (severities as readonly string[]).includes(each)))
    return fault('severity', severities.join(', '));
  if (since !== undefined && readTime(since) === undefined) return fault('since', 'a time as in RFC 3339');
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    return fault('limit', `a whole number from 1 to ${MAX_LIMIT}`);
  if (cursor !== undefined && !after) return fault('cursor', 'what the page before gave as nextCursor');
  const time = readTime(since);
  return {
    ...{ status, severity, cluster: listOf(query.cluster), namespace: listOf(query.namespace), limit },
    ...(time !== undefined && { since: time }),
    ...(after && { after }),
  };
}

/** The page that was asked for, of incidents in any order; `nextCursor` where there are more. */
export function pageOf<T extends { readonly incident: Incident }>(
  entries: readonly T[],
  query: IncidentQuery,
): { readonly page: readonly T[]; readonly nextCursor?: string } {
  const { after, limit } = query;
  const fitting = entries.filter(
    ({ incident }) => fits(incident, query) && (!after || compareIncidents(incident, after) > 0),
  );
  const page = fitting.sort((a, b) => compareIncidents(a.incident, b.incident)).slice(0, limit);
  const last = page.at(-1);
  return fitting.length > page.length && last ? { page, nextCursor: writeCursor(last.incident) } : { page };
}

function fits(incident: Incident, { status, cluster, namespace, severity, since }: IncidentQuery): boolean {
  return (
    isAmong(incident.status, status) &&
    isAmong(incident.cluster, cluster) &&
    isAmong(incident.severity, severity) &&
    (since === undefined || incident.updatedAt >= since) &&
    (namespace.length === 0 || namespacesOf(incident).some((each) => namespace.includes(each)))
  );
}

const isAmong = (value: string, wanted: readonly string[]) => wanted.length === 0 || wanted.includes(value);

function namespacesOf({ members }: Incident): readonly string[] {
  return members.flatMap(({ signal: { entity } }) =>
    entity.kind === 'Namespace' ? entity.name : (entity.namespace ?? []),
  );
}

const fault = (parameter: string, expected: string): QueryFault => ({ parameter, expected });
const oneOf = (value: Query[string]) => (typeof value === 'string' ? value : value?.at(-1));

function listOf(value: Query[string]): readonly string[] {
  const all = value === undefined ? [] : typeof value === 'string' ? [value] : value;
  return all.flatMap((each) => each.split(',')).filter((each) => each !== '');
}

/** A cursor is the place of the last incident in the order, not a number of incidents: what comes or goes shifts nothing. */
export function writeCursor({ status, severity, openedAt, id }: Place): string {
  return btoaText([status, severity, openedAt, id].join('|'));
}

function readCursor(cursor: string): Place | undefined {
  const [status, severity, openedAt, id] = atobText(cursor).split('|');
  const known = statuses.find((each) => each === status);
  if (!known || !(severities as readonly string[]).includes(severity ?? '') || !openedAt || !id) return undefined;
  return { status: known, severity: severity as Severity, openedAt, id };
}

const btoaText = (text: string) => btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

function atobText(text: string): string {
  try {
    return atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    return '';
  }
}

// What a revision of a fleet incident says.
import { type FleetIncident, type FleetMember, hash64, severities } from '@winnow/contracts';
import { causeKey, causeOfKey } from './causes.ts';
import type { Link } from './link.ts';
import type { FleetRow, IncidentRow } from './rows.ts';
import type { Sharer } from './runs.ts';
import type { Tenant } from './state.ts';

/** A revision, or the null that follows long after the last one, and what is kept of it. */
export interface Telling {
  readonly row: FleetRow;
  readonly value: FleetIncident | null;
}

interface Moment {
  readonly tenant: Tenant;
  readonly at: string;
}

/** The next revision of a fleet incident by what links its members. */
export function compose(
  { tenant, at, maxListed }: Moment & { readonly maxListed: number },
  link: Link,
  known: FleetRow,
): Telling {
  const { cause, also, score, why, sharers } = link;
  const rows = sharers.map(({ row }) => row);
  const isOver = rows.every((row) => row.endedAt !== undefined);
  const members = sharers.slice(0, maxListed).map((sharer) => memberOf(sharer, cause));
  const content = {
    status: isOver ? ('resolved' as const) : ('open' as const),
    ...(isOver && { closedBy: 'recovered' as const }),
    severity: gravest(rows),
    openedAt: earliest(rows),
    causes: [cause, ...also].map(causeOfKey),
    score,
    why,
    clusters: new Set(rows.map(({ cluster }) => cluster)).size,
    members,
    ...(sharers.length > members.length && { unlisted: sharers.length - members.length }),
  };
  // How it is reckoned changes with every incident anywhere; that alone is no news.
  const { score: _score, why: _why, ...said } = content;
  const ids = sharers.map(({ id }) => id);
  const row: FleetRow = {
    ...{ id: known.id, openedAt: known.openedAt, revision: known.revision + 1, status: content.status, cause },
    members: ids,
    said: hash64(JSON.stringify([said, ids])),
  };
  return { row, value: revisionOf(tenant, at, row, content) };
}

/** Its last revision: it lives on in another fleet incident, or ends for one of these reasons. */
export function conclude({ tenant, at }: Moment, known: FleetRow, how: string): Telling {
  const sharers = known.members.flatMap((id) => tenant.incidents.get(id) ?? []);
  const isEnd = how === 'dissolved' || how === 'expired';
  const content = {
    status: 'resolved' as const,
    ...(isEnd ? { closedBy: how as 'dissolved' | 'expired' } : { mergedInto: how }),
    severity: gravest(sharers),
    openedAt: known.openedAt,
    causes: [causeOfKey(known.cause)],
    score: 0,
    why: isEnd ? 'too few of its members share the cause by now' : 'its members share another cause',
    clusters: 0,
    members: [],
  };
  const row: FleetRow = { ...known, revision: known.revision + 1, status: 'resolved', said: '' };
  return { row, value: revisionOf(tenant, at, row, content) };
}

type Content = Omit<FleetIncident, 'schema' | 'id' | 'tenant' | 'revision' | 'updatedAt'>;

function revisionOf(tenant: Tenant, at: string, { id, revision }: FleetRow, content: Content): FleetIncident {
  const { status, closedBy, mergedInto, ...rest } = content;
  return {
    ...{ schema: 1, id, tenant: tenant.name, revision, status },
    ...(closedBy && { closedBy }),
    ...(mergedInto && { mergedInto }),
    updatedAt: at,
    ...rest,
  };
}

function memberOf({ row, weight }: Sharer, cause: string): FleetMember {
  const { cluster, incident, status, severity, openedAt, title, causes } = row;
  const why = causes.find((each) => causeKey(each) === cause && each.weight === weight)?.why ?? '';
  return { cluster, incident, status, severity, openedAt, title, why, score: weight };
}

const gravest = (rows: readonly IncidentRow[]) =>
  severities.find((severity) => rows.some((row) => row.severity === severity)) ?? 'low';

const earliest = (rows: readonly IncidentRow[]) => rows.map(({ openedAt }) => openedAt).sort()[0] ?? '';

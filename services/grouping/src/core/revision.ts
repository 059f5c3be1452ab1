// When a revision of an incident goes out, and what it holds.
import { type Incident, severities, topics } from '@winnow/contracts';
import type { GroupingConfig } from '../config.ts';
import type { Moment } from './moment.ts';
import { countEvery, forgetAfter, lookAgain, looksAtOnce, paces } from './parameters.ts';
import { rootsOf } from './roots.ts';
import type { IncidentRow, MemberRow } from './rows.ts';
import { type Group, putGroup } from './state.ts';

/** Something that a reader acts on has changed. */
export function markChanged(moment: Moment, group: Group): void {
  group.row.changed = true;
  group.row.updatedAt = moment.at;
  moment.touched.add(group);
}

/** Only counts, times or words of members have changed. */
export function markCounted(moment: Moment, group: Group): void {
  group.row.counted = true;
  moment.touched.add(group);
}

/** A new entity, a merge or an end: the incident has to settle again before it is looked into. */
export function unsettle(moment: Moment, group: Group): void {
  const { row } = group;
  if (row.ready || row.settled) row.unsettledSince = moment.now;
  row.ready = false;
  row.settled = false;
  row.lastMemberAt = moment.now;
  markChanged(moment, group);
}

/** Puts out what this record has changed, as far as the pace of each incident allows, and notes when the rest falls due. */
export function settleUp(moment: Moment): void {
  for (const group of moment.touched) {
    if (!moment.scope.groups.has(group.row.id)) continue;
    if (group.row.changed && moment.now >= group.row.emittedAt + paceOf(group.row)) revise(moment, group);
    putGroup(moment.state, moment.scope, group.row);
    moment.scope.due.note(group.row.id, dueOf(group.row, moment.config));
  }
}

/** Puts a revision out now. */
export function revise(moment: Moment, group: Group, mergedInto?: string): void {
  const { row } = group;
  row.revision += 1;
  row.emittedAt = moment.now;
  if (row.counted && !row.changed) row.updatedAt = moment.at;
  row.changed = false;
  row.counted = false;
  moment.emit.push({
    topic: topics.incidents.name,
    key: row.id,
    type: 'incident',
    value: incidentOf(moment, group, mergedInto),
    traceId: row.traceId,
  });
}

function incidentOf(moment: Moment, group: Group, mergedInto: string | undefined): Incident {
  const { row } = group;
  const members = [...group.members.values()].sort((a, b) => a.order - b.order);
  const listed = members.slice(0, moment.config.maxListed);
  return {
    schema: 1,
    id: row.id,
    tenant: row.tenant,
    cluster: row.cluster,
    revision: row.revision,
    status: row.status,
    ...(row.closedBy ? { closedBy: row.closedBy } : {}),
    ...(mergedInto ? { mergedInto } : {}),
    severity: row.severity,
    openedAt: row.openedAt,
    updatedAt: row.updatedAt,
    members: listed.map(({ signal, why }) => ({ signal, why })),
    ...(members.length > listed.length ? { unlisted: members.length - listed.length } : {}),
    roots: rootsOf(moment.scope, members),
    ...(row.acknowledged ? { acknowledged: row.acknowledged } : {}),
    ...(row.confirmed ? { confirmed: row.confirmed } : {}),
    ready: row.ready,
    traceId: row.traceId,
  };
}

/** The earliest time at which something is to be done for an incident, in milliseconds since the epoch. */
export function dueOf(row: IncidentRow, config: GroupingConfig): number {
  const times = [
    readyAt(row, config),
    row.changed ? row.emittedAt + paceOf(row) : Number.POSITIVE_INFINITY,
    row.counted ? row.emittedAt + countEvery : Number.POSITIVE_INFINITY,
    row.resolvedAt === undefined ? Number.POSITIVE_INFINITY : row.resolvedAt + forgetAfter,
  ];
  return Math.min(...times);
}

/** When it falls due to be looked into; never while it is ready already. */
function readyAt(row: IncidentRow, config: GroupingConfig): number {
  if (row.ready) return Number.POSITIVE_INFINITY;
  return row.settled ? mayBeLookedAt(row) : settlesAt(row, config);
}

/** Looking is what costs most: trouble that keeps growing is looked into ever more seldom. */
export function mayBeLookedAt({ looks = 0, lookedAt = 0 }: IncidentRow): number {
  if (looks < looksAtOnce) return lookedAt;
  return lookedAt + Math.min(lookAgain.shortest * 2 ** (looks - looksAtOnce), lookAgain.longest);
}

export function settlesAt(row: IncidentRow, config: GroupingConfig): number {
  return Math.min(row.lastMemberAt + config.settleQuiet, row.unsettledSince + config.settleLongest);
}

/** Milliseconds between revisions of an incident of this size. */
export function paceOf(row: IncidentRow): number {
  return paces.find(([members]) => row.next > members)?.[1] ?? 0;
}

/** The graver of two severities. */
export function graver(one: IncidentRow['severity'], other: IncidentRow['severity']): IncidentRow['severity'] {
  return severities.indexOf(one) <= severities.indexOf(other) ? one : other;
}

export function gravest(members: Iterable<MemberRow>, least: IncidentRow['severity']): IncidentRow['severity'] {
  let found = least;
  for (const { signal } of members) found = graver(found, signal.severity);
  return found;
}

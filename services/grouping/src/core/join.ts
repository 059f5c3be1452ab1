// Which incident a signal belongs to: it opens one, joins the one that it relates to best, or shows that several are one.

import { entityKey, hash64, type Membership, type Signal } from '@winnow/contracts';
import { findLinks } from './find-links.ts';
import { placedIn } from './links/search.ts';
import { mergeGroups } from './merge.ts';
import type { Moment } from './moment.ts';
import { lookedAgain, overFor } from './parameters.ts';
import { type Relation, relate } from './relation.ts';
import { graver, markChanged, unsettle } from './revision.ts';
import type { MemberRow } from './rows.ts';
import { dropLoose, type Group, putGroup, putLoose, putMember, seesObjects } from './state.ts';
import { reopen, updateStatus } from './status.ts';
import { canBeVictim } from './symptom-traits.ts';
import { timeOf } from './times.ts';

/** Gives a signal that has no place one. */
export function place(moment: Moment, signal: Signal): void {
  dropLoose(moment.state, moment.scope, signal.id);
  const relations = relationsOf(moment, signal, !seesObjects(moment.scope));
  const group = returned(moment, signal) ?? joined(moment, signal, relations);
  if (group) takeLoose(moment, group, signal, relations);
}

/** All that a signal relates to well enough, best first. */
export function relationsOf(moment: Moment, signal: Signal, mayGuess: boolean): readonly Relation[] {
  return findLinks(moment.scope, signal, mayGuess)
    .map((link) => relate(signal, link, moment.now))
    .filter((relation) => relation.score >= moment.config.joinScore && takesMembers(moment, relation))
    .sort(byScore);
}

/** Of equals the older trouble stands nearer to the root. */
function byScore(a: Relation, b: Relation): number {
  if (a.score !== b.score) return b.score - a.score;
  if (a.hops !== b.hops) return a.hops - b.hops;
  const [one, other] = [a.other.signal, b.other.signal];
  if (one.firstSeen !== other.firstSeen) return one.firstSeen < other.firstSeen ? -1 : 1;
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
}

/** Incidents that are over or very old are left alone. One that an operator closed is over where the member itself is. */
function takesMembers(moment: Moment, { other }: Relation): boolean {
  if (other.incident === undefined) return true;
  const row = moment.scope.groups.get(other.incident)?.row;
  if (!row) return false;
  const over = row.closedBy === 'operator' ? other.resolvedAt : row.resolvedAt;
  if (over !== undefined && moment.now - over > overFor) return false;
  return moment.now - timeOf(row.openedAt) <= moment.config.maxAge;
}

/** The same trouble of the same entity, soon after it had resolved, is the same incident. */
function returned(moment: Moment, signal: Signal): Group | undefined {
  const home = entityKey(moment.scope.graph.home(signal.entity));
  const former = placedIn(moment.scope, home).find(
    (other) =>
      other.incident !== undefined &&
      other.signal.symptom === signal.symptom &&
      other.resolvedAt !== undefined &&
      moment.now - other.resolvedAt <= moment.config.reopenWithin &&
      isCauseThere(moment, other.cause),
  );
  const group = former?.incident === undefined ? undefined : moment.scope.groups.get(former.incident);
  if (!former || !group) return undefined;
  addMember(moment, group, signal, { through: former.signal.id, rule: 'returned', score: 1, path: [] }, former.cause);
  return group;
}

/** A victim that comes back is the same trouble only where its cause is still there, or has just gone. */
function isCauseThere(moment: Moment, cause: string | undefined): boolean {
  const row = cause === undefined ? undefined : moment.scope.members.get(cause);
  return row?.resolvedAt === undefined || moment.now - row.resolvedAt <= overFor;
}

function joined(moment: Moment, signal: Signal, relations: readonly Relation[]): Group | undefined {
  const toMembers = relations.filter((relation) => relation.other.incident !== undefined);
  const [best] = toMembers;
  const group = best?.other.incident === undefined ? undefined : moment.scope.groups.get(best.other.incident);
  if (!best || !group) return signal.severity === 'low' ? holdLoose(moment, signal) : open(moment, signal);
  addMember(moment, group, signal, whyOf(best), causeOf(moment, signal, best));
  const survivor = mergeThrough(moment, group, toMembers);
  explain(moment, signal, toMembers);
  return survivor;
}

function open(moment: Moment, signal: Signal): Group {
  const { scope, at, now } = moment;
  const id = `inc-${hash64(`${scope.name}|${signal.id}|${at}`)}`;
  const group = putGroup(moment.state, scope, {
    id,
    tenant: moment.tenant,
    cluster: moment.cluster,
    traceId: moment.traceId,
    openedAt: at,
    revision: 0,
    status: 'open',
    severity: signal.severity,
    updatedAt: at,
    ready: false,
    wasReady: false,
    lastMemberAt: now,
    unsettledSince: now,
    emittedAt: 0,
    changed: true,
    counted: false,
    next: 0,
  });
  addMember(moment, group, signal, { rule: 'opened', score: 1, path: [] }, undefined);
  return group;
}

function holdLoose(moment: Moment, signal: Signal): undefined {
  const { scope, state, config, now } = moment;
  for (const row of [...scope.loose.values()])
    if (now - row.since > config.looseFor) dropLoose(state, scope, row.signal.id);
  const oldest = [...scope.loose.values()].sort((a, b) => a.since - b.since || (a.signal.id < b.signal.id ? -1 : 1));
  for (const row of oldest.slice(0, Math.max(0, oldest.length - 199))) dropLoose(state, scope, row.signal.id);
  putLoose(state, scope, {
    signal,
    home: entityKey(scope.graph.home(signal.entity)),
    since: now,
    traceId: moment.traceId,
  });
  return undefined;
}

/** Signals of low severity that waited for an incident like this one. */
function takeLoose(moment: Moment, group: Group, signal: Signal, relations: readonly Relation[]): void {
  const waiting = relations.filter((relation) => relation.other.incident === undefined);
  for (const relation of waiting) {
    const row = moment.scope.loose.get(relation.other.signal.id);
    if (!row) continue;
    dropLoose(moment.state, moment.scope, row.signal.id);
    if (moment.now - row.since > moment.config.looseFor) continue;
    const cause = relation.role === 'cause' ? signal.id : undefined;
    addMember(moment, group, row.signal, { ...whyOf(relation), through: signal.id }, cause);
  }
}

export function whyOf(relation: Relation): Membership {
  return { through: relation.other.signal.id, rule: relation.rule, score: relation.score, path: [...relation.path] };
}

/** The member that explains a new one: the one that harms it, or what explains its equal. */
function causeOf(moment: Moment, signal: Signal, best: Relation): string | undefined {
  if (best.role === 'victim') return best.other.signal.id;
  if (best.role !== 'peer' || best.rule !== 'same-entity' || !canBeVictim(signal.symptom)) return undefined;
  return moment.scope.members.get(best.other.signal.id)?.cause;
}

function addMember(moment: Moment, group: Group, signal: Signal, why: Membership, cause: string | undefined): void {
  const home = entityKey(moment.scope.graph.home(signal.entity));
  const isNew = !placedIn(moment.scope, home).some((other) => other.incident === group.row.id);
  const row: MemberRow = { signal, incident: group.row.id, home, order: group.row.next++, why };
  if (cause !== undefined) row.cause = cause;
  putMember(moment.state, moment.scope, row);
  group.row.severity = graver(group.row.severity, signal.severity);
  if (isNew) unsettle(moment, group);
  else group.row.lastMemberAt = moment.now;
  markChanged(moment, group);
  // A new fault opens again what an operator closed; what is of little weight alone does not.
  if (group.row.closedBy === 'operator' && signal.severity !== 'low') reopen(moment, group);
  updateStatus(moment, group);
}

/** Victims that nothing explained so far are explained by the new signal. */
function explain(moment: Moment, signal: Signal, relations: readonly Relation[]): void {
  const own = moment.scope.members.get(signal.id);
  for (const relation of relations) {
    const row = moment.scope.members.get(relation.other.signal.id);
    if (relation.role !== 'cause' || !row || row.incident !== own?.incident || row.cause !== undefined) continue;
    if (own.cause === row.signal.id) continue;
    row.cause = signal.id;
    putMember(moment.state, moment.scope, row);
  }
}

/** Incidents merge where the signal is the cause of what they cannot explain, or where they turn out to share its entity. */
function mergeThrough(moment: Moment, group: Group, relations: readonly Relation[]): Group {
  let survivor = group;
  for (const relation of relations) {
    if (relation.score < moment.config.mergeScore || !(relation.role === 'cause' || relation.rule === 'same-entity'))
      continue;
    const incident = moment.scope.members.get(relation.other.signal.id)?.incident;
    const other = incident === undefined ? undefined : moment.scope.groups.get(incident);
    if (other && other !== survivor) survivor = mergeGroups(moment, survivor, other, relation);
  }
  return survivor;
}

/**
 * Looks at an incident again when it has stood still, with all that the graph has learned since: what none of its members
 * explains may belong to another incident. Gives the incident in which it lives on.
 */
export function reconsider(moment: Moment, group: Group): Group {
  const members = [...group.members.values()].sort((a, b) => a.order - b.order).slice(0, 100);
  for (const row of members) rehome(moment, row);
  const unexplained = members.filter((row) => row.cause === undefined && row.resolvedAt === undefined);
  for (const row of unexplained.slice(0, lookedAgain)) {
    const relation = relationsOf(moment, row.signal, true).find((each) =>
      mayUnite(moment, group, unexplained.length, each),
    );
    const incident = relation?.other.incident;
    const other = incident === undefined ? undefined : moment.scope.groups.get(incident);
    if (!relation || !other) continue;
    if (relation.role === 'victim') {
      row.cause = relation.other.signal.id;
      putMember(moment.state, moment.scope, row);
    }
    const survivor = mergeGroups(moment, group, other, relation, row.signal.id);
    explain(moment, row.signal, [relation]);
    return survivor;
  }
  return group;
}

function rehome(moment: Moment, row: MemberRow): void {
  const home = entityKey(moment.scope.graph.home(row.signal.entity));
  if (home === row.home) return;
  row.home = home;
  putMember(moment.state, moment.scope, row);
}

/** An incident with one root goes where its root belongs; one with several only where they are the cause, or the same. */
function mayUnite(moment: Moment, group: Group, roots: number, relation: Relation): boolean {
  if (relation.other.incident === undefined || relation.other.incident === group.row.id) return false;
  if (relation.rule === 'same-entity') return true;
  if (relation.role === 'cause')
    return relation.score >= moment.config.mergeScore || relation.rule === 'same-namespace';
  return roots === 1 || relation.rule === 'same-reference';
}

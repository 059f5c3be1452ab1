// What time alone brings about: an incident settles, its counts are told again, a resolved one is forgotten.
import { reconsider } from './join.ts';
import type { Moment } from './moment.ts';
import { countEvery, forgetAfter, lookAgain } from './parameters.ts';
import { partVictims } from './part.ts';
import { dueOf, mayBeLookedAt, paceOf, revise, settlesAt } from './revision.ts';
import { dropGroup, dropMember, forgetMerged, type Group, putGroup } from './state.ts';

/** Does what has fallen due by this record's time. */
export function runDue(moment: Moment): void {
  const { scope, config, now } = moment;
  const taken = scope.due.take(now).flatMap((id) => scope.groups.get(id) ?? []);
  const due = taken.filter(({ row }) => isDue(moment, row));
  for (const group of due.sort((a, b) => (a.row.id < b.row.id ? -1 : 1))) runOne(moment, group);
  for (const { row } of taken) if (scope.groups.has(row.id)) scope.due.note(row.id, dueOf(row, config));
}

/** It may have been put off since. */
const isDue = ({ now, config }: Moment, row: Group['row']): boolean => dueOf(row, config) <= now;

function runOne(moment: Moment, group: Group): void {
  const { row } = group;
  const { now, config } = moment;
  if (!moment.scope.groups.has(row.id)) return;
  if (row.resolvedAt !== undefined && now >= row.resolvedAt + forgetAfter) forgetOrWait(moment, group);
  else if (!row.ready && !row.settled && now >= settlesAt(row, config)) settle(moment, group);
  else if (row.settled && now >= mayBeLookedAt(row)) letLook(moment, group);
  else if (isToldAnew(moment, group)) revise(moment, group);
  if (moment.scope.groups.has(row.id)) putGroup(moment.state, moment.scope, row);
}

function isToldAnew({ now }: Moment, { row }: Group): boolean {
  return (row.changed && now >= row.emittedAt + paceOf(row)) || (row.counted && now >= row.emittedAt + countEvery);
}

/** It has stood still: who belongs to it is considered once more, and it may then be looked into. */
function settle(moment: Moment, group: Group): void {
  const survivor = reconsider(moment, group);
  if (survivor !== group || !moment.scope.groups.has(group.row.id)) return;
  partVictims(moment, group);
  group.row.settled = true;
  if (moment.now >= mayBeLookedAt(group.row)) letLook(moment, group);
}

function letLook(moment: Moment, group: Group): void {
  const { row } = group;
  const isAnew = moment.now - (row.lookedAt ?? 0) >= lookAgain.anew;
  row.looks = isAnew ? 1 : (row.looks ?? 0) + 1;
  row.lookedAt = moment.now;
  row.settled = false;
  row.ready = true;
  row.wasReady = true;
  row.updatedAt = moment.at;
  revise(moment, group);
}

/** An operator may close what goes on: its members are remembered, so that they do not open it anew, until they have been over as long. */
function forgetOrWait(moment: Moment, group: Group): void {
  const ends = [...group.members.values()].map((member) => member.resolvedAt ?? moment.now);
  const last = Math.max(group.row.resolvedAt ?? 0, ...ends);
  if (group.row.closedBy !== 'operator' || moment.now >= last + forgetAfter) forget(moment, group);
  else group.row.resolvedAt = last;
}

/** Its last revision stands; what came now would be another incident. */
function forget(moment: Moment, group: Group): void {
  for (const id of [...group.members.keys()]) dropMember(moment.state, moment.scope, id);
  dropGroup(moment.state, moment.scope, group.row.id);
  forgetMerged(moment.state, moment.scope, group.row.id);
}

// What time alone brings about: an incident settles, its counts are told again, a resolved one is forgotten.
import { reconsider } from './join.ts';
import type { Moment } from './moment.ts';
import { countEvery, forgetAfter } from './parameters.ts';
import { partVictims } from './part.ts';
import { dueOf, paceOf, revise, settlesAt } from './revision.ts';
import { dropGroup, dropMember, type Group, putGroup } from './state.ts';

/** Does what has fallen due by this record's time. */
export function runDue(moment: Moment): void {
  const { scope, config, now } = moment;
  if (now < scope.nextDue) return;
  const due = [...scope.groups.values()].filter((group) => dueOf(group.row, config) <= now);
  for (const group of due.sort((a, b) => (a.row.id < b.row.id ? -1 : 1))) runOne(moment, group);
  scope.nextDue = Number.POSITIVE_INFINITY;
  for (const group of scope.groups.values()) scope.nextDue = Math.min(scope.nextDue, dueOf(group.row, config));
}

function runOne(moment: Moment, group: Group): void {
  const { row } = group;
  const { now, config } = moment;
  if (!moment.scope.groups.has(row.id)) return;
  if (row.resolvedAt !== undefined && now >= row.resolvedAt + forgetAfter) forget(moment, group);
  else if (!row.ready && now >= settlesAt(row, config)) settle(moment, group);
  else if (isToldAnew(moment, group)) revise(moment, group);
  if (moment.scope.groups.has(row.id)) putGroup(moment.state, moment.scope, row);
}

function isToldAnew({ now }: Moment, { row }: Group): boolean {
  return (row.changed && now >= row.emittedAt + paceOf(row)) || (row.counted && now >= row.emittedAt + countEvery);
}

/** It has stood still: it is looked at once more, and may then be looked into. */
function settle(moment: Moment, group: Group): void {
  const survivor = reconsider(moment, group);
  if (survivor !== group || !moment.scope.groups.has(group.row.id)) return;
  partVictims(moment, group);
  group.row.ready = true;
  group.row.wasReady = true;
  group.row.updatedAt = moment.at;
  revise(moment, group);
}

/** Its last revision stands; what came now would be another incident. */
function forget(moment: Moment, group: Group): void {
  for (const id of [...group.members.keys()]) dropMember(moment.state, moment.scope, id);
  dropGroup(moment.state, moment.scope, group.row.id);
}

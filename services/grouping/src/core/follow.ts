// Follows a known signal: its counts, its end and return, a better owner, the signal that it turned out to be.
import { entityKey, type Signal } from '@winnow/contracts';
import { place, reconsider } from './join.ts';
import { mergeGroups } from './merge.ts';
import type { Moment } from './moment.ts';
import { graver, markChanged, markCounted, revise } from './revision.ts';
import type { MemberRow } from './rows.ts';
import { dropGroup, dropLoose, dropMember, type Group, keepMember, pointTo, putLoose, putMember } from './state.ts';
import { reopen, updateStatus } from './status.ts';

/** Takes a signal's record in. */
export function follow(moment: Moment, signal: Signal): void {
  const row = moment.scope.members.get(signal.id);
  if (row && signal.mergedInto !== undefined) mergeSignals(moment, row, signal.mergedInto);
  else if (row) update(moment, row, signal);
  else if (signal.mergedInto !== undefined || signal.status === 'resolved')
    dropLoose(moment.state, moment.scope, signal.id);
  else takeUnplaced(moment, signal);
}

function takeUnplaced(moment: Moment, signal: Signal): void {
  const loose = moment.scope.loose.get(signal.id);
  if (loose && signal.severity === 'low') putLoose(moment.state, moment.scope, { ...loose, signal });
  else place(moment, signal);
}

function update(moment: Moment, row: MemberRow, signal: Signal): void {
  const group = moment.scope.groups.get(row.incident);
  if (!group) return;
  const before = row.signal;
  const moved = entityKey(before.entity) !== entityKey(signal.entity);
  if (before.status === 'resolved' && signal.status !== 'resolved' && isLate(moment, row)) {
    startAnew(moment, row, signal);
    return;
  }
  if (moved || !sameWords(before, signal)) replace(moment, row, signal);
  else {
    row.signal = signal;
    noteEnd(moment, row);
    keepMember(moment.state, moment.scope, row);
  }
  markCounted(moment, group);
  if (graver(group.row.severity, signal.severity) !== group.row.severity) {
    group.row.severity = signal.severity;
    markChanged(moment, group);
    // It was closed as something less grave.
    if (group.row.closedBy === 'operator' && signal.status !== 'resolved') reopen(moment, group);
  }
  if (before.status !== signal.status) changeStatus(moment, group, before, signal);
  if (moved) {
    markChanged(moment, group);
    reconsider(moment, group);
  }
}

function changeStatus(moment: Moment, group: Group, before: Signal, signal: Signal): void {
  if (before.status === 'resolved' && group.row.status === 'resolved') reopen(moment, group);
  else if (signal.status === 'resolved' || before.status === 'resolved') markChanged(moment, group);
  updateStatus(moment, group);
}

/** It comes back after its incident has long been over: that is another incident. What an operator closed went on all the same. */
function isLate(moment: Moment, row: MemberRow): boolean {
  const incident = moment.scope.groups.get(row.incident)?.row;
  const over = incident?.closedBy === 'operator' ? row.resolvedAt : incident?.resolvedAt;
  return over !== undefined && moment.now - over > moment.config.reopenWithin;
}

function startAnew(moment: Moment, row: MemberRow, signal: Signal): void {
  dropMember(moment.state, moment.scope, row.signal.id);
  place(moment, signal);
}

/** The words, and with them what the signal may be found by, are as before. */
function sameWords(before: Signal, after: Signal): boolean {
  if (before.messages.length !== after.messages.length || before.symptom !== after.symptom) return false;
  const [one, other] = [Object.entries(before.attributes), after.attributes];
  return one.length === Object.keys(other).length && one.every(([key, value]) => other[key] === value);
}

function replace(moment: Moment, row: MemberRow, signal: Signal): void {
  const home = entityKey(moment.scope.graph.home(signal.entity));
  const next = { ...row, signal, home };
  noteEnd(moment, next);
  putMember(moment.state, moment.scope, next);
}

function noteEnd(moment: Moment, row: MemberRow): void {
  if (row.signal.status !== 'resolved') delete row.resolvedAt;
  else row.resolvedAt ??= moment.now;
}

/** The signal is the same as another, which lives on; so are their incidents. */
function mergeSignals(moment: Moment, row: MemberRow, into: string): void {
  const survivor = moment.scope.members.get(into);
  const group = moment.scope.groups.get(row.incident);
  if (!group || !survivor) return;
  const other = moment.scope.groups.get(survivor.incident);
  dropMember(moment.state, moment.scope, row.signal.id);
  for (const member of group.members.values()) pointOn(moment, member, row.signal.id, into);
  if (other && other !== group && group.members.size > 0)
    mergeGroups(
      moment,
      other,
      group,
      { other: survivor, rule: 'same-entity', role: 'peer', hops: 0, weight: 1, path: [], score: 1 },
      into,
    );
  else if (other && other !== group) bury(moment, group, other);
  else markChanged(moment, group);
  updateStatus(moment, moment.scope.groups.get(survivor.incident) ?? group);
}

function pointOn(moment: Moment, member: MemberRow, gone: string, into: string): void {
  if (member.cause !== gone && member.why.through !== gone) return;
  if (member.cause === gone) {
    if (member.signal.id === into) delete member.cause;
    else member.cause = into;
  }
  if (member.why.through === gone) {
    const { through: _, ...why } = member.why;
    member.why = member.signal.id === into ? why : { ...why, through: into };
  }
  keepMember(moment.state, moment.scope, member);
}

/** The incident has lost its only member to another. */
function bury(moment: Moment, group: Group, into: Group): void {
  group.row.updatedAt = moment.at;
  revise(moment, group, into.row.id);
  dropGroup(moment.state, moment.scope, group.row.id);
  pointTo(moment.state, moment.scope, group.row.id, into.row.id);
}

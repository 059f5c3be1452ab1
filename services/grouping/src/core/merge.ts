// Two incidents are one: the older lives on, the other ends in a revision that names it.
import type { Moment } from './moment.ts';
import type { Relation } from './relation.ts';
import { graver, revise, unsettle } from './revision.ts';
import { dropGroup, type Group, pointTo, putMember } from './state.ts';
import { reopen, updateStatus } from './status.ts';

/** `through` is the signal that showed it; the relation leads from it to a member of one of them. Gives the survivor. */
export function mergeGroups(moment: Moment, one: Group, other: Group, relation: Relation, through?: string): Group {
  const [survivor, gone] = isOlder(one, other) ? [one, other] : [other, one];
  const newest = through ?? newestOf(one);
  // The tombstone still tells what it held, and points on.
  gone.row.updatedAt = moment.at;
  revise(moment, gone, survivor.row.id);
  for (const row of [...gone.members.values()].sort((a, b) => a.order - b.order)) {
    row.order = survivor.row.next++;
    if (row.why.through === undefined) {
      const link = row.signal.id === newest ? relation.other.signal.id : newest;
      row.why = {
        ...(link ? { through: link } : {}),
        rule: `merged by ${relation.rule}`,
        score: relation.score,
        path: [...relation.path],
      };
    }
    const moved = { ...row, incident: survivor.row.id };
    putMember(moment.state, moment.scope, moved);
  }
  dropGroup(moment.state, moment.scope, gone.row.id);
  pointTo(moment.state, moment.scope, gone.row.id, survivor.row.id);
  if (gone.row.confirmed) survivor.row.confirmed ??= gone.row.confirmed;
  survivor.row.severity = graver(survivor.row.severity, gone.row.severity);
  survivor.row.wasReady ||= gone.row.wasReady;
  unsettle(moment, survivor);
  // What nobody closed shows that there is more to it.
  if (survivor.row.closedBy === 'operator' && gone.row.status !== 'resolved') reopen(moment, survivor);
  updateStatus(moment, survivor);
  return survivor;
}

function isOlder(one: Group, other: Group): boolean {
  if (one.row.openedAt !== other.row.openedAt) return one.row.openedAt < other.row.openedAt;
  return one.row.id < other.row.id;
}

function newestOf(group: Group): string | undefined {
  return [...group.members.values()].reduce((last, row) => (row.order > last.order ? row : last)).signal.id;
}

// A victim that was taken for another's moves to the incident of what explains it better.
import { relationsOf, whyOf } from './join.ts';
import type { Moment } from './moment.ts';
import { lookedAgain } from './parameters.ts';
import type { Relation } from './relation.ts';
import { markChanged, unsettle } from './revision.ts';
import type { MemberRow } from './rows.ts';
import { type Group, putMember } from './state.ts';
import { updateStatus } from './status.ts';

/** Looks at each entity that is here as a victim: what has shown itself since may explain it better. */
export function partVictims(moment: Moment, group: Group): void {
  let homes = homesOf(group);
  let leading = leadingIn(group);
  for (const home of [...homes.keys()].slice(0, lookedAgain)) {
    if (!partVictim(moment, group, homes.get(home) ?? [], leading)) continue;
    homes = homesOf(group);
    leading = leadingIn(group);
  }
}

/** The members of an incident by the entity that they live in, in their order. */
function homesOf(group: Group): ReadonlyMap<string, readonly MemberRow[]> {
  return Map.groupBy(
    [...group.members.values()].sort((a, b) => a.order - b.order),
    (row) => row.home,
  );
}

/** Entities because of which something of another entity is here. */
function leadingIn(group: Group): ReadonlySet<string> {
  const leading = new Set<string>();
  for (const row of group.members.values()) {
    for (const id of [row.cause, row.why.through]) {
      const home = id === undefined ? undefined : group.members.get(id)?.home;
      if (home !== undefined && home !== row.home) leading.add(home);
    }
  }
  return leading;
}

/** True where it has moved. */
function partVictim(moment: Moment, group: Group, rows: readonly MemberRow[], leading: ReadonlySet<string>): boolean {
  const [first] = rows;
  if (!first || rows.length === group.members.size || leading.has(first.home) || !isVictim(rows)) return false;
  for (const row of rows) {
    const better = betterCause(moment, group, row);
    if (!better) continue;
    move(moment, group, rows, row, better);
    return true;
  }
  return false;
}

function isVictim(rows: readonly MemberRow[]): boolean {
  const ids = new Set(rows.map((row) => row.signal.id));
  return rows.some((row) => row.cause !== undefined && !ids.has(row.cause));
}

function betterCause(moment: Moment, group: Group, row: MemberRow): Relation | undefined {
  if (row.cause === undefined || row.why.through !== row.cause) return undefined;
  const [best] = relationsOf(moment, row.signal, false).filter(
    (each) => isOpenElsewhere(moment, each) && each.role === 'victim' && each.rule !== 'same-entity',
  );
  return best && best.score > row.why.score && best.other.incident !== group.row.id ? best : undefined;
}

/** Nothing that goes on is put where an operator has closed. */
function isOpenElsewhere(moment: Moment, { other }: Relation): boolean {
  const group = other.incident === undefined ? undefined : moment.scope.groups.get(other.incident);
  return group !== undefined && group.row.closedBy !== 'operator';
}

function move(moment: Moment, group: Group, rows: readonly MemberRow[], first: MemberRow, better: Relation): void {
  const target = moment.scope.groups.get(better.other.incident ?? '');
  if (!target) return;
  for (const row of rows) {
    const moved: MemberRow = { ...row, incident: target.row.id, order: target.row.next++ };
    if (row === first) {
      moved.why = whyOf(better);
      moved.cause = better.other.signal.id;
    } else if (row.cause === first.cause) moved.cause = better.other.signal.id;
    putMember(moment.state, moment.scope, moved);
  }
  unsettle(moment, target);
  updateStatus(moment, target);
  markChanged(moment, group);
  updateStatus(moment, group);
}

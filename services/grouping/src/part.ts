// A victim that was taken for another's moves to the incident of what explains it better.
import { relationsOf, whyOf } from './join.ts';
import type { Moment } from './moment.ts';
import type { Relation } from './relation.ts';
import { markChanged, unsettle } from './revision.ts';
import type { MemberRow } from './rows.ts';
import { type Group, putMember } from './state.ts';
import { updateStatus } from './status.ts';

/** Looks at each entity that is here as a victim: what has shown itself since may explain it better. */
export function partVictims(moment: Moment, group: Group): void {
  const homes = new Set([...group.members.values()].sort((a, b) => a.order - b.order).map((row) => row.home));
  for (const home of [...homes].slice(0, 50)) partVictim(moment, group, home);
}

function partVictim(moment: Moment, group: Group, home: string): void {
  const rows = [...group.members.values()].filter((row) => row.home === home).sort((a, b) => a.order - b.order);
  if (rows.length === group.members.size || !isLeaf(group, rows)) return;
  for (const row of rows) {
    const better = betterCause(moment, group, row);
    if (!better) continue;
    move(moment, group, rows, row, better);
    return;
  }
}

/** Nothing of another entity is here because of it. */
function isLeaf(group: Group, rows: readonly MemberRow[]): boolean {
  const ids = new Set(rows.map((row) => row.signal.id));
  const isVictim = rows.some((row) => row.cause !== undefined && !ids.has(row.cause));
  const leads = (row: MemberRow) => ids.has(row.cause ?? '') || ids.has(row.why.through ?? '');
  return isVictim && ![...group.members.values()].some((row) => !ids.has(row.signal.id) && leads(row));
}

function betterCause(moment: Moment, group: Group, row: MemberRow): Relation | undefined {
  if (row.cause === undefined || row.why.through !== row.cause) return undefined;
  const [best] = relationsOf(moment, row.signal, false).filter(
    (each) => each.other.incident !== undefined && each.role === 'victim' && each.rule !== 'same-entity',
  );
  return best && best.score > row.why.score && best.other.incident !== group.row.id ? best : undefined;
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

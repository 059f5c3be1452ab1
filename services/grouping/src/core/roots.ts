// Where the trouble of an incident likely began: members that no other explains, and silent things that these depend on.

import { type EntityRef, entityKey, type Incident } from '@winnow/contracts';
import { changeLasts } from './parameters.ts';
import type { MemberRow } from './rows.ts';
import { type Scope, seesObjects } from './state.ts';
import { canBeVictim } from './symptom-traits.ts';
import { timeOf } from './times.ts';

type Root = Incident['roots'][number];
const mostRoots = 5;
/** Members looked at: beyond them roots are found among the first. */
const looked = 200;

/** Root candidates, best first. */
export function rootsOf(scope: Scope, all: readonly MemberRow[]): Root[] {
  const members = all.slice(0, looked);
  const open = members.filter((member) => member.resolvedAt === undefined);
  const those = open.length > 0 ? open : members;
  const shares = sharesOf(members);
  const first = earliest(those);
  // Where each explains another, or what explained them is over, the first one stands for all.
  const roots = those.filter((member) => member.cause === undefined);
  const unexplained = roots.length > 0 ? roots : those.filter((member) => member === first);
  const shown = unexplained.map((member) =>
    shownRoot(scope, member, shares.get(member.signal.id) ?? 0, member === first),
  );
  const silent = unexplained.slice(0, 20).flatMap((member) => silentRoots(scope, member));
  return best([...shown, ...silent]);
}

/** For each member the share of the others that it explains, directly or through others. */
function sharesOf(members: readonly MemberRow[]): ReadonlyMap<string, number> {
  const byId = new Map(members.map((member) => [member.signal.id, member]));
  const counts = new Map<string, number>();
  for (const member of members) {
    const seen = new Set([member.signal.id]);
    for (let cause = member.cause; cause !== undefined && !seen.has(cause); cause = byId.get(cause)?.cause) {
      seen.add(cause);
      counts.set(cause, (counts.get(cause) ?? 0) + 1);
    }
  }
  const others = Math.max(1, members.length - 1);
  return new Map([...counts].map(([id, count]) => [id, count / others]));
}

function earliest(members: readonly MemberRow[]): MemberRow | undefined {
  return members.reduce<MemberRow | undefined>(
    (least, each) => (least === undefined || each.signal.firstSeen < least.signal.firstSeen ? each : least),
    undefined,
  );
}

function shownRoot(scope: Scope, member: MemberRow, share: number, isFirst: boolean): Root {
  const { entity, symptom } = member.signal;
  const ownCause = !canBeVictim(symptom);
  const changed = changedBefore(scope, entity, member);
  const score = 0.4 + 0.3 * share + (ownCause ? 0.1 : 0) + (isFirst ? 0.1 : 0) + (changed ? 0.1 : 0);
  const reasons = [
    `nothing in the incident explains its ${symptom}`,
    ...(share > 0 ? [`it explains ${Math.round(share * 100)} % of the others`] : []),
    ...(isFirst ? ['it was the first'] : []),
    ...(changed ? [`changed before: ${changed}`] : []),
  ];
  return { entity, score: round(score), why: reasons.join('; ') };
}

/** What an unexplained member calls, that shows nothing itself but was changed, selects nothing or is not there. */
function silentRoots(scope: Scope, member: MemberRow): Root[] {
  if (!canBeVictim(member.signal.symptom)) return [];
  const caller = entityKey(member.signal.entity);
  return scope.graph.trace(member.signal.entity, 'callees', 1).flatMap(({ entity, weight }): Root[] => {
    const changed = changedBefore(scope, entity, member);
    if (changed) return [{ entity, score: 0.55, why: `${caller} calls it, and it was changed before: ${changed}` }];
    if (entity.kind !== 'Service' || !seesObjects(scope)) return [];
    if (scope.graph.facts(entity) === undefined && weight > 0.9)
      return [{ entity, score: 0.5, why: `${caller} calls it, and there is no such object` }];
    return [];
  });
}

function changedBefore(scope: Scope, entity: EntityRef, member: MemberRow): string | undefined {
  const change = scope.changes.get(entityKey(entity));
  if (!change) return undefined;
  const before = timeOf(member.signal.firstSeen) - timeOf(change.at);
  return before > -60_000 && before < changeLasts ? change.summary : undefined;
}

function best(roots: readonly Root[]): Root[] {
  const byEntity = new Map<string, Root>();
  for (const root of roots) {
    const held = byEntity.get(entityKey(root.entity));
    if (!held || root.score > held.score) byEntity.set(entityKey(root.entity), root);
  }
  return [...byEntity.entries()]
    .sort(([a, one], [b, other]) => other.score - one.score || (a < b ? -1 : 1))
    .slice(0, mostRoots)
    .map(([, root]) => root);
}

function round(score: number): number {
  return Math.round(Math.min(1, score) * 100) / 100;
}

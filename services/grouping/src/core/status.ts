// Whether an incident is open, stale or resolved: it is what its members are.
import type { ClosedBy } from '@winnow/contracts';
import type { Moment } from './moment.ts';
import { markChanged, unsettle } from './revision.ts';
import type { MemberRow } from './rows.ts';
import type { Group } from './state.ts';

/** Works the status out anew and marks what changed. What an operator closed stays closed until there is more to it. */
export function updateStatus(moment: Moment, group: Group): void {
  const { row } = group;
  const status = statusOf(group.members.values());
  if (status === row.status || (row.closedBy === 'operator' && status !== 'resolved')) return;
  const was = row.status;
  row.status = status;
  if (status === 'resolved') end(moment, group, closedBy(group.members.values()));
  else if (was === 'resolved') reopen(moment, group);
  else markChanged(moment, group);
}

/** Ends an incident. One that was never looked into is ready at once: nothing more will come. */
export function end(moment: Moment, group: Group, by: ClosedBy): void {
  const { row } = group;
  row.status = 'resolved';
  row.closedBy = by;
  row.resolvedAt = moment.now;
  const looked = row.wasReady;
  unsettle(moment, group);
  if (!looked) row.ready = row.wasReady = true;
}

/** A member is back, or there is more to it than when it was closed: nobody has taken note of that. */
export function reopen(moment: Moment, group: Group): void {
  group.row.status = statusOf(group.members.values());
  delete group.row.closedBy;
  delete group.row.resolvedAt;
  delete group.row.acknowledged;
  unsettle(moment, group);
}

function statusOf(members: Iterable<MemberRow>): 'open' | 'stale' | 'resolved' {
  let stale = false;
  for (const { signal } of members) {
    if (signal.status === 'open') return 'open';
    stale ||= signal.status === 'stale';
  }
  return stale ? 'stale' : 'resolved';
}

/** The most frequent reason; of equals the first in order of time. */
function closedBy(members: Iterable<MemberRow>): ClosedBy {
  const counts = new Map<ClosedBy, number>();
  for (const { signal } of [...members].sort((a, b) => a.order - b.order)) {
    const reason = signal.closedBy ?? 'recovered';
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const [first] = [...counts].sort(([, a], [, b]) => b - a);
  return first?.[0] ?? 'recovered';
}

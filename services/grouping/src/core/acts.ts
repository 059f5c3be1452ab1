// What a person did to an incident: took note of it, closed it, said what its root is.
import { failureMode, type SignalRecord } from '@winnow/contracts';
import type { Moment } from './moment.ts';
import { markChanged } from './revision.ts';
import type { Group } from './state.ts';
import { end } from './status.ts';

type Act = Extract<SignalRecord, { type: 'operator' }>;

/** Acts on an incident that is not known any more, and acts of other kinds, change nothing here. */
export function takeAct(moment: Moment, act: Act): void {
  const group = groupOf(moment, act.incident);
  if (!group) return;
  if (act.act === 'close') close(moment, group);
  else if (act.act === 'acknowledge') acknowledge(moment, group, act);
  else if (act.act === 'confirm') confirm(moment, group, act);
}

/** Also under the id of one that was merged into it: who acted may not have known. */
function groupOf({ scope }: Moment, id: string | undefined): Group | undefined {
  if (id === undefined) return undefined;
  return scope.groups.get(id) ?? scope.groups.get(scope.merged.get(id) ?? '');
}

function close(moment: Moment, group: Group): void {
  if (group.row.status !== 'resolved') end(moment, group, 'operator');
}

function acknowledge(moment: Moment, group: Group, { actor }: Act): void {
  if (group.row.status === 'resolved') return;
  group.row.acknowledged = { at: moment.at, ...(actor !== undefined && { by: actor }) };
  markChanged(moment, group);
}

/** Also of what is over: that is when it is known best. */
function confirm(moment: Moment, group: Group, { actor, root, mode, comment }: Act): void {
  if (!root || mode === undefined || !failureMode(mode)) return;
  group.row.confirmed = {
    at: moment.at,
    ...(actor !== undefined && { by: actor }),
    entity: root,
    mode,
    ...(comment !== undefined && { comment }),
  };
  markChanged(moment, group);
}

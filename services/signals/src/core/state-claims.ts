// What an object's state shows against what it showed before: new symptoms are claimed, those that are over are released.

import { clockOf } from './clock.ts';
import { ownerOfObject } from './owners.ts';
import { raise, settleOrSave } from './raise.ts';
import { mayRecover } from './resolve.ts';
import type { Shown } from './show.ts';
import { shownBy } from './shown.ts';
import { placeAt, slotKeyOf } from './slots.ts';
import { beat, type ObjectRow } from './state.ts';
import type { Turn } from './turn.ts';

/** Looks at an object's state. Answers a slot that it changed, where there was one. */
export function claimStateOf(turn: Turn, key: string): string | undefined {
  const row = turn.state.objects.get(key);
  if (!row) return undefined;
  const owner = ownerOfObject(turn.state, turn.scope, row.object);
  const { shown, recheck } = shownBy(turn, row, owner);
  const former = row.claims;
  row.claims = {};
  let changed: string | undefined;
  for (const each of shown) {
    const slot = slotKeyOf(turn.scope, each.entity, each.symptom);
    if (slot in row.claims) continue;
    row.claims[slot] = each.stamp;
    if (claim(turn, each, former[slot]) || !(slot in former)) changed ??= slot;
  }
  for (const slot of Object.keys(former)) {
    if (slot in row.claims) continue;
    release(turn, slot);
    changed ??= slot;
  }
  lookAgain(turn, key, row, recheck);
  turn.state.objects.set(key, row);
  return changed;
}

/** True where it changed its signal. */
function claim(turn: Turn, shown: Shown, formerStamp: string | undefined): boolean {
  if (formerStamp === shown.stamp) return false;
  const raised = raise(turn, shown, 'state', 1);
  if (formerStamp === undefined) raised.place.row[beat.claims]!++;
  settleOrSave(turn, raised);
  return raised.changed;
}

function release(turn: Turn, slot: string): void {
  const place = placeAt(turn, slot);
  if (!place) return;
  place.row[beat.claims] = Math.max(0, place.row[beat.claims]! - 1);
  mayRecover(turn, place, 'recovered');
}

/** Some states mean something else once they have lasted: the object is looked at again then. */
function lookAgain(turn: Turn, key: string, row: ObjectRow, recheck: number | undefined): void {
  if (recheck === undefined) {
    delete row.recheck;
    return;
  }
  const due = clockOf(turn, turn.heard) + Math.max(1, recheck - turn.at);
  if (row.recheck === due) return;
  row.recheck = due;
  row.by = turn.heard;
  turn.state.timers.add(turn.heard, { due, kind: 'recheck', key });
}

/** An object's second look is due. */
export function reconsider(turn: Turn, key: string, now: number): void {
  const row = turn.state.objects.get(key);
  if (!row?.recheck || row.recheck > now) return;
  delete row.recheck;
  claimStateOf(turn, key);
}

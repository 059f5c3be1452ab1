// Objects that are gone: their symptoms end, their owner is remembered while events about them may still come.
import type { KubeObject } from '@winnow/contracts';
import { KEPT_GRAVES } from './kept.ts';
import { ownerKeyOf } from './owners.ts';
import { mayRecover, resolve, untell } from './resolve.ts';
import { isAlive, placeAt } from './slots.ts';
import { beat } from './state.ts';
import type { Turn } from './turn.ts';

/** Answers a slot whose symptom it ended, where there was one. */
export function bury(turn: Turn, key: string, object: KubeObject): string | undefined {
  const { state } = turn;
  const row = state.objects.get(key);
  const owner = row?.owner ?? ownerKeyOf(state, turn.scope, object);
  const { uid } = object.metadata;
  state.graves.set(key, { at: turn.at, ...(uid && { uid }), ...(owner && { owner }) });
  state.timers.add(turn.scope, { due: turn.at + KEPT_GRAVES, kind: 'grave', key });
  const claimed = Object.keys(row?.claims ?? {});
  state.objects.delete(key);
  const touched = [...new Set([...claimed, ...state.toldOf.members(key)])].sort();
  for (const slot of touched) release(turn, slot, key, claimed.includes(slot));
  return touched[0];
}

function release(turn: Turn, slotKey: string, key: string, claimed: boolean): void {
  const place = placeAt(turn, slotKey);
  if (!place) return;
  if (claimed) place.row[beat.claims] = Math.max(0, place.row[beat.claims]! - 1);
  untell(turn, place, key);
  const itself = key === `${turn.scope}|${place.slot.entity}`;
  // Where the entity itself is gone there is nothing left to recover.
  if (itself && !isAlive(place)) resolve(turn, place, 'deleted');
  else mayRecover(turn, place, 'deleted');
}

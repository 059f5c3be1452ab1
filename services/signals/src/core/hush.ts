// A silenced alert speaks for nothing: a signal that it alone kept up ends, and comes back with it when the silence is over.
import { printKey, slotOfPrint } from './alert-prints.ts';
import { noteObservation } from './raise.ts';
import { firesSince } from './repeat-alert.ts';
import { resolve } from './resolve.ts';
import { isAlive, placeAt, save } from './slots.ts';
import { beat, print } from './state.ts';
import type { Turn } from './turn.ts';

/** @param over its sender says itself that it is over. Nothing happens to one that is not known to fire. */
export function hush(turn: Turn, fingerprint: string, silence: string, over = false): void {
  const key = printKey(turn, fingerprint);
  const known = turn.state.fingerprints.get(key);
  const slot = known && slotOfPrint(known);
  if (!known || !slot || known[print.lastAt]! <= 0) return;
  const place = placeAt(turn, slot);
  const fired = place !== undefined && firesSince(known, place.row) && place.row[beat.firing]! > 0;
  known[print.lastAt] = -turn.at;
  turn.state.fingerprints.set(key, known);
  if (!place || !fired) return;
  place.row[beat.firing]!--;
  noteObservation(place.slot, turn.item);
  if (isAlive(place)) {
    save(turn, place);
    return;
  }
  if (!over) place.slot.silencedBy = [silence];
  resolve(turn, place, over ? 'recovered' : 'operator');
}

// A signal whose sources have all gone silent turns stale: being blind is not being well. It opens again when one is back.
import { announce, type Place, placeAt, save, setPhase } from './slots.ts';
import { beat, phases } from './state.ts';
import { SECOND } from './time.ts';
import type { Turn } from './turn.ts';

/** A source instance has gone silent or come back. */
export function refreshStaleness(turn: Turn, heard: string, silent: boolean): void {
  for (const key of turn.state.keptBy.members(heard)) {
    const place = placeAt(turn, key);
    if (!place) continue;
    const phase = place.row[beat.phase];
    if (silent && phase === phases.open && isUnheard(turn, place)) become(turn, place, phases.stale);
    // Whoever sent its alerts may be silent still.
    if (!silent && phase === phases.stale && !place.slot.unheard) become(turn, place, phases.open);
  }
}

function become(turn: Turn, place: Place, phase: number): void {
  setPhase(turn, place.row, phase);
  announce(turn, place, 'updated');
  save(turn, place);
}

/** No source that keeps it alive is heard, nor was it told by another one lately. */
function isUnheard(turn: Turn, { slot, row }: Place): boolean {
  if (turn.at - row[beat.lastAt]! <= 60 * SECOND) return false;
  return keepersOf(slot, row).every((heard) => turn.state.heard.get(heard)?.silent);
}

function keepersOf(slot: Place['slot'], row: readonly number[]): string[] {
  const { event, alert, state } = slot.keepers;
  const keepers = [row[beat.firing]! > 0 && alert, row[beat.claims]! > 0 && state, slot.told && event];
  return keepers.filter((each): each is string => typeof each === 'string');
}

// Alerts of a signal whose end has passed without a word while their source was heard: nobody says so any more.
import { resolve } from './resolve.ts';
import { isAlive, type Place, save } from './slots.ts';
import { beat } from './state.ts';
import type { Turn } from './turn.ts';

export function timeOutAlerts(turn: Turn, place: Place): void {
  place.row[beat.endsAt] = 0;
  // Told resolved meanwhile.
  if (place.row[beat.firing] === 0) {
    save(turn, place);
    return;
  }
  place.row[beat.firing] = 0;
  // Rows of alerts that fired until now count no longer: they are older than this.
  place.row[beat.resolvedAt] = turn.at;
  if (isAlive(place)) save(turn, place);
  else resolve(turn, place, 'timeout');
}

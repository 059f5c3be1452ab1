// A held symptom has lasted long enough: it becomes a signal if it still stands, and is dropped if it was of the benign kind.
import { refutes } from './refute.ts';
import { announce, forget, type Place, save, setPhase } from './slots.ts';
import { beat, phases } from './state.ts';
import type { Turn } from './turn.ts';

export function finishSettling(turn: Turn, place: Place): void {
  const { key, slot, row } = place;
  if (row[beat.phase] !== phases.held) return;
  if ((slot.recur && row[beat.count]! < 2) || !stands(turn, place)) {
    forget(turn, key);
    return;
  }
  row[beat.settle] = 0;
  setPhase(turn, row, phases.open);
  announce(turn, place, 'opened');
  save(turn, place);
}

/** An alert fires, an object's state shows it, or an object that events complain about is not known to be well. */
function stands(turn: Turn, { slot, row }: Place): boolean {
  if (row[beat.firing]! > 0 || row[beat.claims]! > 0) return true;
  return Object.keys(slot.told ?? {}).some((subject) => {
    const known = turn.state.objects.get(subject);
    return !known || refutes(known.object, slot.symptom, slot.attributes.container, turn.at) !== true;
  });
}

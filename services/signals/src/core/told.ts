// Events complain about objects; a complaint stands until the object is known to be well, is gone, or events are quiet for long.
import { clockOf } from './clock.ts';
import { refutes } from './refute.ts';
import { mayRecover, QUIET, STABLE, untell } from './resolve.ts';
import { type Place, placeAt } from './slots.ts';
import { beat } from './state.ts';
import type { Turn } from './turn.ts';

const TOLD = 50;

/** An event complained about an object. */
export function complain(turn: Turn, place: Place, subject: string, at: number): void {
  const { key, slot, row } = place;
  slot.told ??= {};
  slot.told[subject] = Math.max(slot.told[subject] ?? 0, at);
  turn.state.toldOf.add(subject, key);
  const subjects = Object.entries(slot.told);
  if (subjects.length > TOLD) {
    const oldest = subjects.reduce((a, b) => (b[1] < a[1] || (b[1] === a[1] && b[0] < a[0]) ? b : a));
    untell(turn, place, oldest[0]);
  }
  const clock = clockOf(turn, turn.heard);
  if (row[beat.quiet] === 0 || slot.quietOn !== turn.heard)
    turn.state.timers.add(turn.heard, { due: clock + QUIET, kind: 'quiet', key });
  row[beat.quiet] = clock + QUIET;
  slot.quietOn = turn.heard;
  const known = turn.state.objects.get(subject);
  if (known && refutes(known.object, slot.symptom, slot.attributes.container, turn.at) === true)
    awaitRecovery(turn, place);
}

function awaitRecovery(turn: Turn, { key, slot, row }: Place): void {
  row[beat.recover] = clockOf(turn, turn.heard) + STABLE;
  slot.recoverOn = turn.heard;
  turn.state.timers.add(turn.heard, { due: row[beat.recover]!, kind: 'recover', key });
}

/** An object has changed: complaints about it may be over. */
export function noticeRecovery(turn: Turn, subject: string): void {
  const object = turn.state.objects.get(subject)?.object;
  if (!object) return;
  for (const key of turn.state.toldOf.members(subject)) {
    const place = placeAt(turn, key);
    if (place && refutes(object, place.slot.symptom, place.slot.attributes.container, turn.at) === true) {
      mayRecover(turn, place, place.slot.ending ?? 'recovered');
    }
  }
}

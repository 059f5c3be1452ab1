// How a signal ends: told resolved, recovered and stable, deleted, or not heard of for too long. The end of input ends nothing.
import { clockOf } from './clock.ts';
import { refutes } from './refute.ts';
import { announce, forget, isAlive, isLive, type Place, save, setPhase } from './slots.ts';
import { beat, phases, type Slot } from './state.ts';
import { HOUR, MINUTE, SECOND } from './time.ts';
import type { Turn } from './turn.ts';

/** A recovery must hold this long. */
export const STABLE = 30 * SECOND;
export const QUIET = 10 * MINUTE;
export const KEPT_RESOLVED = HOUR;

export function resolve(turn: Turn, place: Place, closedBy: NonNullable<Slot['closedBy']>): void {
  const { key, slot, row } = place;
  if (!isLive(row)) {
    forget(turn, key);
    return;
  }
  setPhase(turn, row, phases.resolved);
  row[beat.resolvedAt] = turn.at;
  row[beat.firing] = 0;
  row[beat.recover] = 0;
  row[beat.quiet] = 0;
  slot.closedBy = closedBy;
  delete slot.ending;
  for (const subject of Object.keys(slot.told ?? {})) turn.state.toldOf.remove(subject, key);
  delete slot.told;
  announce(turn, place, 'resolved');
  turn.state.timers.add(turn.scope, { due: turn.at + KEPT_RESOLVED, kind: 'purge', key });
  save(turn, place);
}

/** Nothing may say so any more: a held symptom is dropped at once, a signal ends if that stays so for 30 s. */
export function mayRecover(turn: Turn, place: Place, ending: 'recovered' | 'deleted'): void {
  const { key, slot, row } = place;
  if (row[beat.phase] === phases.held) {
    if (isAlive(place)) save(turn, place);
    else forget(turn, key);
    return;
  }
  slot.ending = ending;
  row[beat.recover] = clockOf(turn, turn.heard) + STABLE;
  slot.recoverOn = turn.heard;
  turn.state.timers.add(turn.heard, { due: row[beat.recover]!, kind: 'recover', key });
  save(turn, place);
}

/** The time for a recovery to hold is over. */
export function finishRecovery(turn: Turn, place: Place): void {
  const { slot, row } = place;
  if (!isLive(row)) return;
  row[beat.recover] = 0;
  const waiting = dropRefuted(turn, place, STABLE);
  if (!isAlive(place)) resolve(turn, place, slot.ending ?? 'recovered');
  else if (waiting) mayRecover(turn, place, slot.ending ?? 'recovered');
  else save(turn, place);
}

/** Events have been quiet for long: only objects that are known to be unwell still speak for it. */
export function finishQuiet(turn: Turn, place: Place): void {
  const { slot, row, key } = place;
  for (const subject of Object.keys(slot.told ?? {})) {
    const known = turn.state.objects.get(subject);
    if (!known || refutes(known.object, slot.symptom, slot.attributes.container, turn.at) !== false)
      untell(turn, place, subject);
  }
  row[beat.quiet] = 0;
  if (!isAlive(place)) {
    resolve(turn, place, 'timeout');
    return;
  }
  if (slot.told && slot.quietOn) {
    row[beat.quiet] = clockOf(turn, slot.quietOn) + QUIET;
    turn.state.timers.add(slot.quietOn, { due: row[beat.quiet]!, kind: 'quiet', key });
  }
  save(turn, place);
}

/** Drops complaints about objects that have been well for long enough since; true where others are on the way. */
export function dropRefuted(turn: Turn, place: Place, stable: number): boolean {
  const { slot } = place;
  let waiting = false;
  for (const [subject, toldAt] of Object.entries(slot.told ?? {})) {
    const known = turn.state.objects.get(subject);
    if (!known || refutes(known.object, slot.symptom, slot.attributes.container, turn.at) !== true) continue;
    if (turn.at - Math.max(known.changed, toldAt) >= stable) untell(turn, place, subject);
    else waiting = true;
  }
  return waiting;
}

export function untell(turn: Turn, { key, slot }: Place, subject: string): void {
  if (!slot.told || !(subject in slot.told)) return;
  delete slot.told[subject];
  turn.state.toldOf.remove(subject, key);
  if (Object.keys(slot.told).length === 0) delete slot.told;
}

// What fell due on a clock: settling, recovery, quiet and timeouts of signals, a second look at objects, and tidying up.
import { timeOutAlerts } from './alert-timeout.ts';
import { forgetOld } from './forget-old.ts';
import { finishQuiet, finishRecovery } from './resolve.ts';
import { finishSettling } from './settle.ts';
import { announce, isLive, type Place, placeAt, save } from './slots.ts';
import { beat } from './state.ts';
import { reconsider } from './state-claims.ts';
import type { Due } from './timers.ts';
import type { Turn } from './turn.ts';

/** Carries out everything that is due on a clock, in the order of due times. */
export function wake(turn: Turn, clock: string, now: number): void {
  for (let entry = turn.state.timers.take(clock, now); entry; entry = turn.state.timers.take(clock, now)) {
    carryOut(turn, clock, now, entry);
  }
}

/** The column that holds a timer's real due time, what happens then, and on which clock it runs. */
const ofSlots: Readonly<
  Record<string, readonly [number, (turn: Turn, place: Place) => void, (place: Place) => string | undefined]>
> = {
  settle: [beat.settle, finishSettling, ({ slot }) => slot.settleOn],
  recover: [beat.recover, finishRecovery, ({ slot }) => slot.recoverOn],
  quiet: [beat.quiet, finishQuiet, ({ slot }) => slot.quietOn],
  alert: [beat.endsAt, timeOutAlerts, ({ slot }) => slot.keepers.alert],
};

function carryOut(turn: Turn, clock: string, now: number, entry: Due): void {
  const ofSlot = ofSlots[entry.kind];
  if (entry.kind === 'recheck') reconsider(turn, entry.key, now);
  else if (entry.kind === 'refresh') refresh(turn, entry.key);
  else if (!ofSlot) forgetOld(turn, entry);
  else {
    const place = placeAt(turn, entry.key);
    const due = place?.row[ofSlot[0]];
    if (!place || !due || ofSlot[2](place) !== clock) return;
    // It was put off since: the entry moves to its real time, so that the order is that of real times.
    if (due > entry.due) turn.state.timers.add(clock, { ...entry, due });
    else ofSlot[1](turn, place);
  }
}

function refresh(turn: Turn, key: string): void {
  const place = placeAt(turn, key);
  if (!place || !isLive(place.row) || place.row[beat.dirty] === 0 || place.row[beat.dirty]! > turn.at) return;
  announce(turn, place, 'updated');
  save(turn, place);
}

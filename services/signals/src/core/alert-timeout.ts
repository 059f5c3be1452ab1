// Alerts whose end has passed and that were not sent again. Whoever sent them and is heard says so no more: they are over. Whoever is
// silent says nothing: they are stale until it is back, and then they have as long as ever to be sent again.
import { eachPrint } from './alert-prints.ts';
import { clockOf } from './clock.ts';
import { firesSince, UNREPEATED } from './repeat-alert.ts';
import { resolve } from './resolve.ts';
import { isHeard } from './senders.ts';
import { announce, isAlive, type Place, save, setPhase } from './slots.ts';
import { beat, phases, print } from './state.ts';
import { DAY } from './time.ts';
import type { Turn } from './turn.ts';

/** Nobody waits longer for a sender that does not come back. */
const FORGOTTEN_AFTER = DAY;

export function timeOutAlerts(turn: Turn, place: Place): void {
  const { slot, row } = place;
  row[beat.endsAt] = 0;
  // Told resolved meanwhile.
  if (row[beat.firing] === 0) {
    save(turn, place);
    return;
  }
  const term = row[beat.term] || UNREPEATED;
  const { over, silent, back } = sortOut(turn, place, term);
  const isForgotten = turn.at - row[beat.lastAt]! >= FORGOTTEN_AFTER;
  if (silent + back > 0 && !isForgotten) {
    for (const [key, printRow] of over) dropPrint(turn, key, printRow);
    row[beat.firing] = silent + back;
    slot.unheard = silent > 0 ? 'silent' : 'back';
    waitForSender(turn, place, term);
    return;
  }
  row[beat.firing] = 0;
  // Rows of alerts that fired until now count no longer: they are older than this.
  row[beat.resolvedAt] = turn.at;
  delete slot.unheard;
  if (isAlive(place)) save(turn, place);
  else resolve(turn, place, isForgotten && silent > 0 ? 'expired' : 'timeout');
}

interface Sorted {
  /** Alerts of senders that are heard. */
  readonly over: readonly (readonly [string, number[]])[];
  /** How many are of senders that are silent, and of such as were silent and are heard again. */
  readonly silent: number;
  readonly back: number;
}

/**
 * A sender is heard where it posted anything in the second half of the time that its alerts had: half of it is two of its rounds. Where
 * some of what the cluster's senders posted meanwhile did not get in, what is missing is not known to be over.
 */
function sortOut(turn: Turn, { key, slot, row }: Place, term: number): Sorted {
  const over: (readonly [string, number[]])[] = [];
  let silent = 0;
  let back = 0;
  const missed = turn.at - (turn.row.missed ?? Number.NEGATIVE_INFINITY) <= term;
  eachPrint(turn, key, row, (name, printRow) => {
    if (!firesSince(printRow, row)) return;
    const senders = printRow[print.senders]!;
    // Who sent it was not noted before version 0.2.
    if (missed || (senders !== 0 && !isHeard(turn, senders, term / 2))) silent++;
    else if (slot.unheard === 'silent') back++;
    else over.push([name, printRow]);
  });
  return { over, silent, back };
}

function dropPrint(turn: Turn, key: string, printRow: number[]): void {
  printRow[print.lastAt] = -turn.at;
  turn.state.fingerprints.set(key, printRow);
}

/** Looks again when the alerts have had their time once more. Nothing else may say that it is so: then it is not known to be. */
function waitForSender(turn: Turn, place: Place, term: number): void {
  const { key, slot, row } = place;
  const clock = slot.keepers.alert ?? turn.heard;
  row[beat.endsAt] = clockOf(turn, clock) + term;
  turn.state.timers.add(clock, { due: row[beat.endsAt]!, kind: 'alert', key });
  if (row[beat.phase] === phases.open && row[beat.claims] === 0 && !slot.told) {
    setPhase(turn, row, phases.stale);
    announce(turn, place, 'updated');
  }
  save(turn, place);
}

// A known alert that still fires: only figures of its signal change, its labels are not read, and nothing is written for the alert itself.
import type { AlertItem } from '@winnow/contracts';
import type { Verdict } from './claim.ts';
import { clockOf } from './clock.ts';
import { halfAt, keyOf } from './packed-keys.ts';
import { refreshLater } from './raise.ts';
import { beat, phases, print } from './state.ts';
import { HOUR, MINUTE, msOf } from './time.ts';
import type { Turn } from './turn.ts';

/** A sender that posts its alerts again and again without an end has dropped one that it does not repeat for this long. */
const UNREPEATED = 5 * MINUTE;
/** Webhooks tell of the end by themselves, and repeat only every few hours (4 h by default). */
const UNREPEATED_WEBHOOK = 5 * HOUR;

const repeated: Verdict = { outcome: 'deduplicated' };

/** Undefined where it is no repeat: new, over, told resolved, or its signal has ended meanwhile. */
export function takeRepeat(turn: Turn, alert: AlertItem): Verdict | undefined {
  if (alert.status !== 'firing' || !findPrint(turn, alert.fingerprint)) return undefined;
  const { beats, room } = turn.state;
  const high = room.print[print.slotHigh]!;
  const low = room.print[print.slotLow]!;
  const row = room.beat;
  if (!beats.readAt(high, low, row) || row[beat.phase] !== phases.open || !firesSince(room.print, row))
    return undefined;
  const ends = endOf(turn, alert);
  row[beat.count]!++;
  row[beat.lastSeen] = turn.at;
  row[beat.lastAt] = turn.at;
  if (ends > row[beat.endsAt]!) row[beat.endsAt] = ends;
  if (row[beat.dirty] === 0) refreshLater(turn, keyOf(high, low)!, row);
  beats.writeAt(high, low, row);
  return turn.line === undefined ? repeated : { outcome: 'deduplicated', slot: keyOf(high, low) };
}

/** Reads the row of the alert that has this fingerprint in this cluster. */
function findPrint(turn: Turn, fingerprint: string): boolean {
  if (fingerprint.length !== 16) return false;
  const high = halfAt(fingerprint, 0);
  const low = halfAt(fingerprint, 8);
  if (high < 0 || low < 0) return false;
  const { fingerprints, room } = turn.state;
  return fingerprints.readAt((turn.mark[0] ^ high) >>> 0, (turn.mark[1] ^ low) >>> 0, room.print);
}

/** It was last heard of firing, and its signal has not ended since. */
export const firesSince = (known: ArrayLike<number>, row: ArrayLike<number>): boolean =>
  known[print.lastAt]! > 0 && known[print.lastAt]! >= row[beat.resolvedAt]!;

/** When it ends unless it is sent again, on its source's clock. */
export function endOf(turn: Turn, alert: AlertItem): number {
  const told = msOf(alert.endsAt);
  const posted = turn.source === 'alertmanager.alerts';
  const left = told > turn.at ? told - turn.at : posted ? UNREPEATED : UNREPEATED_WEBHOOK;
  return clockOf(turn, turn.heard) + left;
}

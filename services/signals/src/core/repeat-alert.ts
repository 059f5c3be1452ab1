// A known alert that still fires: only figures of its signal change, its labels are not read, and nothing is written for the alert itself.
import type { AlertItem } from '@winnow/contracts';
import type { Verdict } from './claim.ts';
import { clockOf } from './clock.ts';
import { halfAt, keyOf } from './packed-keys.ts';
import { refreshLater } from './raise.ts';
import { beat, phases, print } from './state.ts';
import { DAY, HOUR, MINUTE, msOf } from './time.ts';
import type { Turn } from './turn.ts';

/** A sender that posts its alerts again and again without an end has dropped one that it does not repeat for this long. */
export const UNREPEATED = 5 * MINUTE;
/** Webhooks tell of the end by themselves, and repeat only every few hours (4 h by default). */
const UNREPEATED_WEBHOOK = 5 * HOUR;
/** What is told once is not repeated at all: only one that nobody ever ends is given up. */
const UNREPEATED_ONCE = 7 * DAY;

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
  if ((room.print[print.senders]! & turn.sender) === 0) addSender(turn, alert.fingerprint);
  row[beat.count]!++;
  row[beat.lastSeen] = turn.at;
  row[beat.lastAt] = turn.at;
  prolong(turn, alert, row);
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

/** Another one has sent it too: a replica, or the same sender from another address. */
function addSender(turn: Turn, fingerprint: string): void {
  const { fingerprints, room } = turn.state;
  room.print[print.senders]! |= turn.sender;
  const high = (turn.mark[0] ^ halfAt(fingerprint, 0)) >>> 0;
  fingerprints.writeAt(high, (turn.mark[1] ^ halfAt(fingerprint, 8)) >>> 0, room.print);
}

/** Puts off when it ends unless it is sent again, on its source's clock. @returns that time. */
export function prolong(turn: Turn, alert: AlertItem, row: number[] | Float64Array): number {
  const left = leftOf(turn, alert);
  const ends = clockOf(turn, turn.heard) + left;
  if (ends > row[beat.endsAt]!) {
    row[beat.endsAt] = ends;
    row[beat.term] = left;
  }
  return ends;
}

function leftOf(turn: Turn, alert: AlertItem): number {
  const told = msOf(alert.endsAt);
  if (told > turn.at) return told - turn.at;
  if (turn.source === 'alertmanager.alerts') return UNREPEATED;
  return alert.toldAt === undefined ? UNREPEATED_WEBHOOK : UNREPEATED_ONCE;
}

// A dead letter that is replayed arrives late: what its sender has told of an alert since then counts, not the replay.
import type { AlertItem, Envelope } from '@winnow/contracts';
import { printKey, slotOfPrint } from './alert-prints.ts';
import { beat, print } from './state.ts';
import { msOf } from './time.ts';
import type { Turn } from './turn.ts';

/** True where a replayed alert first arrived before what is known of it by now. */
export function isOvertaken(turn: Turn, { originalAt }: Envelope, { fingerprint }: AlertItem): boolean {
  const first = msOf(originalAt);
  const known = first > 0 ? turn.state.fingerprints.get(printKey(turn, fingerprint)) : undefined;
  if (!known) return false;
  const turned = known[print.lastAt] ?? 0;
  if (Math.abs(turned) > first) return true;
  // It has fired since before, and may have been repeated since.
  const slot = turned > 0 ? slotOfPrint(known) : undefined;
  return slot !== undefined && (turn.state.beats.get(slot)?.[beat.lastAt] ?? 0) > first;
}

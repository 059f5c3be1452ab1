// The alerts that are known, by fingerprint: one packed row each. Those of one slot form a list that runs through the rows.
import { hash64 } from '@winnow/contracts';
import { highOf, isKey, joinKeys, keyOf, lowOf } from './packed-keys.ts';
import type { Place } from './slots.ts';
import { beat, print } from './state.ts';
import type { Turn } from './turn.ts';

/** The same labels may fire in several clusters: the key is the fingerprint within its cluster. */
export function printKey(turn: Turn, fingerprint: string): string {
  const own = isKey(fingerprint) ? fingerprint : hash64(fingerprint);
  return joinKeys(turn.mark, own);
}

export const slotOfPrint = (row: readonly number[]): string | undefined =>
  keyOf(row[print.slotHigh], row[print.slotLow]);

/** Makes a row of a fingerprint that fires and puts it at the head of its slot's list. */
export function linkPrint(turn: Turn, key: string, { key: slot, row: beatRow }: Place, senders: number): void {
  const former = turn.state.fingerprints.get(key);
  if (former && slotOfPrint(former) === slot) {
    former[print.lastAt] = turn.at;
    former[print.senders] = senders;
    turn.state.fingerprints.set(key, former);
    return;
  }
  const next = [beatRow[beat.headHigh]!, beatRow[beat.headLow]!] as const;
  turn.state.fingerprints.set(key, [turn.at, highOf(slot), lowOf(slot), ...next, senders]);
  beatRow[beat.headHigh] = highOf(key);
  beatRow[beat.headLow] = lowOf(key);
}

/** Calls `visit` for the alerts of a slot. A row that has moved to another slot ends the list: what is behind it moved with it. */
export function eachPrint(
  turn: Turn,
  slot: string,
  beatRow: readonly number[],
  visit: (key: string, row: number[]) => void,
): void {
  let key = keyOf(beatRow[beat.headHigh], beatRow[beat.headLow]);
  while (key) {
    const row = turn.state.fingerprints.get(key);
    if (!row || slotOfPrint(row) !== slot) return;
    const next = keyOf(row[print.nextHigh], row[print.nextLow]);
    visit(key, row);
    key = next;
  }
}

export function unlinkPrints(turn: Turn, slot: string, beatRow: readonly number[]): void {
  eachPrint(turn, slot, beatRow, (key) => turn.state.fingerprints.delete(key));
}

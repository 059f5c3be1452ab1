// A symptom opened on a Pod whose owner was not known moves to the owner once that is learned.
import { type EntityRef, entityKey } from '@winnow/contracts';
import { eachPrint } from './alert-prints.ts';
import { addMessage } from './message.ts';
import { highOf, lowOf } from './packed-keys.ts';
import { KEPT_RESOLVED } from './resolve.ts';
import {
  announce,
  forget,
  graver,
  isLive,
  type Place,
  placeAt,
  save,
  setKeeper,
  setPhase,
  slotKeyOf,
} from './slots.ts';
import { BEAT_WIDTH, beat, phases, print, type Slot } from './state.ts';
import type { Turn } from './turn.ts';

/** The object has become known, and with it its owner. */
export function moveProvisional(turn: Turn, key: string, owner: EntityRef): void {
  for (const from of turn.state.provisionalOf.members(key)) {
    const place = placeAt(turn, from);
    if (!place) continue;
    if (place.slot.entity === entityKey(owner)) settleIdentity(turn, place);
    else move(turn, place, owner);
  }
}

function settleIdentity(turn: Turn, place: Place): void {
  if (place.slot.provisional) turn.state.provisionalOf.remove(place.slot.provisional, place.key);
  delete place.slot.provisional;
  save(turn, place);
}

function move(turn: Turn, from: Place, owner: EntityRef): void {
  const key = slotKeyOf(turn.scope, owner, from.slot.symptom);
  const subjects = [...new Set([from.slot.entity, ...from.slot.subjects])].slice(0, 5);
  const there = placeAt(turn, key);
  const phase = there?.row[beat.phase];
  const survivor = there && phase !== phases.moved && phase !== phases.resolved ? there : undefined;
  const live = isLive(from.row);
  if (from.row[beat.phase] === phases.resolved) {
    settleIdentity(turn, from);
    return;
  }
  const slot: Slot = { ...from.slot, entity: entityKey(owner), subjects, keepers: { ...from.slot.keepers } };
  delete slot.provisional;
  // The forwarder keeps the list of alerts until they have been pointed to the new place.
  const row = [...from.row];
  row[beat.headHigh] = there?.row[beat.headHigh] ?? 0;
  row[beat.headLow] = there?.row[beat.headLow] ?? 0;
  const target = survivor ?? { key, slot, row };
  const prints: [string, number[]][] = [];
  eachPrint(turn, from.key, from.row, (print, printRow) => prints.push([print, printRow]));
  if (survivor && live) announce(turn, { ...from, row: closed(from.row) }, 'resolved', survivor.slot.id);
  forget(turn, from.key);
  if (survivor) merge(turn, survivor, slot, row);
  else {
    if (there) forget(turn, key);
    if (live) turn.state.tally.open++;
  }
  for (const [name, printRow] of prints) relink(turn, target, name, printRow);
  reindex(turn, target, slot);
  if (!survivor && live) announce(turn, target, 'updated');
  else if (survivor && isLive(survivor.row)) announce(turn, survivor, 'updated');
  save(turn, target);
  leaveForwarder(turn, from.key, from.slot, key);
}

const closed = (row: readonly number[]): number[] => row.with(beat.phase, phases.resolved);

function merge(turn: Turn, { slot, row }: Place, other: Slot, otherRow: readonly number[]): void {
  row[beat.count]! += otherRow[beat.count]!;
  row[beat.firing]! += otherRow[beat.firing]!;
  row[beat.firstSeen] = Math.min(row[beat.firstSeen]!, otherRow[beat.firstSeen]!);
  for (const column of [beat.lastSeen, beat.lastAt, beat.endsAt, beat.term, beat.quiet])
    row[column] = Math.max(row[column]!, otherRow[column]!);
  slot.severity = graver(slot.severity, other.severity);
  for (const message of other.messages) addMessage(slot.messages, message);
  for (const subject of other.subjects)
    if (!slot.subjects.includes(subject) && slot.subjects.length < 5) slot.subjects.push(subject);
  for (const source of other.sources) if (!slot.sources.includes(source)) slot.sources.push(source);
  slot.attributes = { ...other.attributes, ...slot.attributes };
  slot.told = { ...other.told, ...slot.told };
  if (Object.keys(slot.told).length === 0) delete slot.told;
  // What was already told of a live signal is open: the survivor need not be held longer.
  if (
    row[beat.phase] === phases.held &&
    (otherRow[beat.phase] === phases.open || otherRow[beat.phase] === phases.stale)
  ) {
    setPhase(turn, row, phases.open);
  }
}

function relink(turn: Turn, { key, row }: Place, name: string, printRow: number[]): void {
  printRow[print.slotHigh] = highOf(key);
  printRow[print.slotLow] = lowOf(key);
  printRow[print.nextHigh] = row[beat.headHigh]!;
  printRow[print.nextLow] = row[beat.headLow]!;
  turn.state.fingerprints.set(name, printRow);
  row[beat.headHigh] = highOf(name);
  row[beat.headLow] = lowOf(name);
}

/** Puts the moved slot into the indexes and its timers under its new key. */
function reindex(turn: Turn, place: Place, moved: Slot): void {
  const { state } = turn;
  const { key, slot, row } = place;
  for (const [telling, heard] of Object.entries(moved.keepers) as [keyof Slot['keepers'], string][]) {
    if (slot !== moved) setKeeper(turn, place, telling, slot.keepers[telling] ?? heard);
    state.keptBy.add(slot.keepers[telling] ?? heard, key);
  }
  for (const subject of Object.keys(slot.told ?? {})) state.toldOf.add(subject, key);
  armTimers(turn, key, slot, row);
}

/** Enters every timer of a slot; also what `open` does after loading. */
export function armTimers(
  { state, scope }: Pick<Turn, 'state' | 'scope'>,
  key: string,
  slot: Slot,
  row: readonly number[],
): void {
  const arm = (clock: string | undefined, due: number, kind: string) => {
    if (clock && due > 0) state.timers.add(clock, { due, kind, key });
  };
  const phase = row[beat.phase];
  if (phase === phases.held) arm(slot.settleOn, row[beat.settle]!, 'settle');
  arm(slot.recoverOn, row[beat.recover]!, 'recover');
  arm(slot.quietOn, row[beat.quiet]!, 'quiet');
  arm(slot.keepers.alert, row[beat.endsAt]!, 'alert');
  arm(scope, row[beat.dirty]!, 'refresh');
  if (phase === phases.resolved || phase === phases.moved) arm(scope, row[beat.resolvedAt]! + KEPT_RESOLVED, 'purge');
}

function leaveForwarder(
  turn: Turn,
  key: string,
  { tenant, cluster, id, entity, symptom }: Slot,
  movedTo: string,
): void {
  const row = new Array<number>(BEAT_WIDTH).fill(0);
  row[beat.phase] = phases.moved;
  row[beat.resolvedAt] = turn.at;
  const bare = { tenant, cluster, id, entity, symptom, reason: '', severity: 'low', why: '' } as const;
  const lists = { sources: [], messages: [], subjects: [], attributes: {}, first: [], last: [], keepers: {} };
  turn.state.slots.set(key, { ...bare, ...lists, movedTo });
  turn.state.beats.set(key, row);
  turn.state.timers.add(turn.scope, { due: turn.at + KEPT_RESOLVED, kind: 'purge', key });
}

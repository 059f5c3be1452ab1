// One symptom of one owner is one slot, however it arrives: a kubelet's event, a container's state and an alert meet here.
import {
  type EntityRef,
  entityKey,
  entityOfKey,
  hash64,
  hash128,
  type Severity,
  type Signal,
  type SymptomId,
  severities,
  symptoms,
} from '@winnow/contracts';
import { BEAT_WIDTH, beat, phases, type Slot } from './state.ts';
import { textOf } from './time.ts';
import { type Turn, tell } from './turn.ts';

export const slotKeyOf = (scope: string, entity: EntityRef, symptom: SymptomId): string =>
  hash64(`${scope}|${entityKey(entity)}|${symptom}`);

export interface Place {
  readonly key: string;
  readonly slot: Slot;
  readonly row: number[];
}

export function placeAt(turn: Turn, key: string): Place | undefined {
  const slot = turn.state.slots.get(key);
  const row = slot && turn.state.beats.get(key);
  return slot && row ? { key, slot, row } : undefined;
}

export function save(turn: Turn, place: Place): void {
  turn.state.slots.set(place.key, place.slot);
  turn.state.beats.set(place.key, place.row);
}

export const freshRow = (): number[] => new Array<number>(BEAT_WIDTH).fill(0);

export const isLive = (row: readonly number[]): boolean =>
  row[beat.phase] === phases.open || row[beat.phase] === phases.stale;

/** Something still says that it is so. */
export const isAlive = ({ slot, row }: Place): boolean =>
  row[beat.firing]! > 0 || row[beat.claims]! > 0 || (slot.told !== undefined && Object.keys(slot.told).length > 0);

export const graver = (a: Severity, b: Severity): Severity => (severities.indexOf(a) <= severities.indexOf(b) ? a : b);

/** The severity of a class where the sender gives none. */
export const severityOf = (symptom: SymptomId): Severity => symptoms[symptom].severity;

export function setPhase(turn: Turn, row: number[], phase: number): void {
  const was = isLive(row);
  row[beat.phase] = phase;
  const is = isLive(row);
  if (was !== is) turn.state.tally.open += is ? 1 : -1;
}

/** Who keeps it alive by which kind of telling. */
export function setKeeper(turn: Turn, { key, slot }: Place, telling: keyof Slot['keepers'], heard: string): boolean {
  const former = slot.keepers[telling];
  if (former === heard) return false;
  slot.keepers[telling] = heard;
  if (former && !Object.values(slot.keepers).includes(former)) turn.state.keptBy.remove(former, key);
  turn.state.keptBy.add(heard, key);
  return true;
}

/** Takes a slot out of the tables and their indexes. */
export function forget(turn: Turn, key: string): void {
  const { slots, beats, keptBy, toldOf, provisionalOf, tally } = turn.state;
  const slot = slots.get(key);
  const row = beats.get(key);
  if (!slot || !row) return;
  if (isLive(row)) tally.open--;
  for (const heard of Object.values(slot.keepers)) keptBy.remove(heard, key);
  for (const subject of Object.keys(slot.told ?? {})) toldOf.remove(subject, key);
  if (slot.provisional) provisionalOf.remove(slot.provisional, key);
  slots.delete(key);
  beats.delete(key);
}

/** Puts out a transition of the slot's signal. */
export function announce(
  turn: Turn,
  { slot, row }: Place,
  transition: 'opened' | 'updated' | 'resolved',
  mergedInto?: string,
): void {
  row[beat.emittedAt] = turn.at;
  row[beat.dirty] = 0;
  const signal = { ...signalOf(slot, row), ...(mergedInto && { mergedInto }) };
  tell(turn, { type: 'signal', transition, signal }, hash128(slot.first[0] ?? slot.id));
}

function signalOf(slot: Slot, row: readonly number[]): Signal {
  const phase = row[beat.phase];
  const status = phase === phases.stale ? 'stale' : phase === phases.open ? 'open' : 'resolved';
  return {
    id: slot.id,
    entity: entityOfKey(slot.entity),
    subjects: slot.subjects.map(entityOfKey),
    symptom: slot.symptom,
    reason: slot.reason,
    severity: slot.severity,
    sources: [...slot.sources],
    messages: [...slot.messages],
    count: row[beat.count]!,
    firstSeen: textOf(row[beat.firstSeen]!),
    lastSeen: textOf(row[beat.lastSeen]!),
    attributes: { ...slot.attributes },
    status,
    ...(status === 'resolved' && slot.closedBy && { closedBy: slot.closedBy }),
    ...(slot.silencedBy && { silencedBy: slot.silencedBy }),
    observations: [...slot.first, ...slot.last],
    why: slot.why,
  };
}

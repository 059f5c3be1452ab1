// A claim meets its slot: it opens one, is held until it has settled, or is taken up by what is known already.
import { entityKey, hash64, symptoms } from '@winnow/contracts';
import type { Claim } from './claim.ts';
import { clockOf } from './clock.ts';
import { addMessage, referencesIn } from './message.ts';
import {
  announce,
  forget,
  freshRow,
  graver,
  isLive,
  type Place,
  placeAt,
  save,
  setKeeper,
  setPhase,
  severityOf,
  slotKeyOf,
} from './slots.ts';
import { beat, objectKey, phases, type Slot } from './state.ts';
import { MINUTE, SECOND } from './time.ts';
import type { Turn } from './turn.ts';

/** A symptom that comes back within this time is the same signal; later it may be another fault, and grouping tells whether it is. */
const FLAP = 2 * MINUTE;
/** A signal's count is told at most this often, and more seldom where there are many. */
const REFRESH = 60 * SECOND;
const SIGNALS_A_REFRESH = 20_000;
const SUBJECTS = 5;
const ATTRIBUTES = 16;

export type Telling = 'event' | 'alert' | 'state';

export interface Raised {
  readonly place: Place;
  /** It opened, changed or began to hold a signal; otherwise it repeated one. */
  readonly changed: boolean;
  /** Who kept it alive by such tellings until now. */
  readonly keeper?: string | undefined;
}

/** Takes a claim up; `times` is how often it was seen. The caller adds its own bookkeeping and calls {@link settleOrSave}. */
export function raise(turn: Turn, claim: Claim, telling: Telling, times: number): Raised {
  const key = slotKeyOf(turn.scope, claim.entity, claim.symptom);
  const known = reusable(turn, key);
  const keeper = known?.slot.keepers[telling];
  const place = known ?? begin(turn, key, claim);
  const changed = absorb(turn, place, claim, telling, times);
  if (known && known.row[beat.phase] === phases.resolved) return { place, changed: reopen(turn, place), keeper };
  if (!known || known.row[beat.phase] === phases.held) hold(turn, place, claim, telling);
  return { place, changed: !known || changed, keeper };
}

/** Writes the place back, and says what has changed. */
export function settleOrSave(turn: Turn, { place, changed }: Raised): void {
  const { row } = place;
  if (row[beat.phase] === phases.held && isSettled(turn, place)) {
    setPhase(turn, row, phases.open);
    announce(turn, place, 'opened');
  } else if (isLive(row)) {
    if (row[beat.emittedAt] === 0) announce(turn, place, 'opened');
    else if (changed) announce(turn, place, 'updated');
    else refreshLater(turn, place.key, row);
  }
  save(turn, place);
}

/** Arranges that a count that has grown is told, not too often. */
export function refreshLater(turn: Turn, key: string, row: number[] | Float64Array): void {
  if (row[beat.dirty] !== 0) return;
  const pace = Math.max(1, Math.ceil(turn.state.tally.open / SIGNALS_A_REFRESH));
  row[beat.dirty] = Math.max(turn.at + SECOND, row[beat.emittedAt]! + REFRESH * pace);
  turn.state.timers.add(turn.scope, { due: row[beat.dirty]!, kind: 'refresh', key });
}

function reusable(turn: Turn, key: string): Place | undefined {
  const place = placeAt(turn, key);
  if (!place) return undefined;
  const phase = place.row[beat.phase];
  if (phase === phases.moved) return undefined;
  return phase === phases.resolved && turn.at - place.row[beat.resolvedAt]! > FLAP ? undefined : place;
}

function begin(turn: Turn, key: string, claim: Claim): Place {
  const row = freshRow();
  const former = turn.state.beats.get(key);
  if (former) {
    row[beat.headHigh] = former[beat.headHigh]!;
    row[beat.headLow] = former[beat.headLow]!;
    row[beat.resolvedAt] = former[beat.resolvedAt]!;
    forget(turn, key);
  }
  row[beat.phase] = phases.held;
  row[beat.firstSeen] = Math.min(claim.since || turn.at, turn.at);
  const entity = entityKey(claim.entity);
  const slot: Slot = {
    tenant: turn.tenant,
    cluster: turn.cluster,
    id: `sig-${hash64(`${turn.scope}|${entity}|${claim.symptom}|${turn.item}`)}`,
    entity,
    symptom: claim.symptom,
    reason: claim.reason,
    severity: claim.severity ?? severityOf(claim.symptom),
    sources: [],
    messages: [],
    subjects: [],
    attributes: {},
    first: [],
    last: [],
    why: claim.why,
    keepers: {},
    ...(claim.recur && { recur: true as const }),
  };
  if (claim.provisional) {
    slot.provisional = objectKey(turn.scope, claim.entity);
    turn.state.provisionalOf.add(slot.provisional, key);
  }
  return { key, slot, row };
}

/** Adds what the claim says; true where it says something new. */
function absorb(turn: Turn, place: Place, claim: Claim, telling: Telling, times: number): boolean {
  const { slot, row } = place;
  row[beat.count]! += times;
  row[beat.lastSeen] = Math.max(row[beat.lastSeen]!, turn.at);
  row[beat.lastAt] = turn.at;
  if (claim.since > 0) row[beat.firstSeen] = Math.min(row[beat.firstSeen]!, claim.since);
  setKeeper(turn, place, telling, turn.heard);
  noteObservation(slot, turn.item);
  const severity = graver(slot.severity, claim.severity ?? severityOf(claim.symptom));
  const graverNow = severity !== slot.severity;
  slot.severity = severity;
  const source = addOnce(slot.sources, turn.source, 10);
  const subject = claim.subject ? addOnce(slot.subjects, entityKey(claim.subject), SUBJECTS) : false;
  const message = addMessage(slot.messages, claim.message);
  addAttributes(slot.attributes, { ...referencesIn(claim.message), ...claim.attributes });
  if (!claim.recur) delete slot.recur;
  const back = row[beat.phase] === phases.stale;
  if (back) setPhase(turn, row, phases.open);
  delete slot.unheard;
  return graverNow || source || subject || message || back;
}

function addOnce(list: string[], member: string, atMost: number): boolean {
  if (list.includes(member) || list.length >= atMost) return false;
  list.push(member);
  return true;
}

function addAttributes(attributes: Record<string, string>, more: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(more)) {
    if (value && !(name in attributes) && Object.keys(attributes).length < ATTRIBUTES)
      attributes[name] = value.slice(0, 200);
  }
}

/** Keeps the first ten and the last ten. */
export function noteObservation(slot: Slot, id: string): void {
  if (slot.last.at(-1) === id || slot.first.at(-1) === id) return;
  if (slot.first.length < 10) slot.first.push(id);
  else {
    slot.last.push(id);
    if (slot.last.length > 10) slot.last.shift();
  }
}

function reopen(turn: Turn, { slot, row }: Place): boolean {
  setPhase(turn, row, phases.open);
  row[beat.emittedAt] = 0;
  row[beat.recover] = 0;
  delete slot.closedBy;
  delete slot.ending;
  delete slot.silencedBy;
  return true;
}

/** Sets or shortens the time for which a held symptom must last. */
function hold(turn: Turn, { key, slot, row }: Place, claim: Claim, telling: Telling): void {
  const settle = telling === 'alert' ? 0 : (claim.settle ?? symptoms[claim.symptom].settle);
  const lasted = claim.since > 0 ? turn.at - claim.since : 0;
  const left = Math.max(0, settle * SECOND - lasted, (claim.hold ?? 0) * SECOND);
  const due = clockOf(turn, turn.heard) + left;
  if (slot.settleOn && row[beat.settle]! <= due && slot.settleOn === turn.heard) return;
  if (slot.settleOn && left > 0) return;
  slot.settleOn = turn.heard;
  row[beat.settle] = due;
  if (left > 0 || slot.recur) turn.state.timers.add(turn.heard, { due, kind: 'settle', key });
}

function isSettled(turn: Turn, { slot, row }: Place): boolean {
  if (!slot.settleOn || row[beat.settle]! > clockOf(turn, slot.settleOn)) return false;
  return !slot.recur || row[beat.count]! > 1;
}

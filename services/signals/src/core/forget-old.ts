// State is bounded: what is long over is forgotten, on the cluster's own time.
import { unlinkPrints } from './alert-prints.ts';
import { beginPlanned } from './declared-changes.ts';
import { ageEdge } from './dependencies.ts';
import { KEPT_CHANGES, KEPT_EVENTS, KEPT_GRAVES } from './kept.ts';
import { KEPT_RESOLVED } from './resolve.ts';
import { forget } from './slots.ts';
import { beat, PARTITION, phases, seen, telling } from './state.ts';
import { KEPT_TELLINGS } from './take-telling.ts';
import type { Due } from './timers.ts';
import type { Turn } from './turn.ts';

export function forgetOld(turn: Turn, { kind, key }: Due): void {
  const { state } = turn;
  if (kind === 'purge') purgeSlot(turn, key);
  else if (kind === 'grave') {
    const grave = state.graves.get(key);
    if (grave && turn.at - grave.at >= KEPT_GRAVES) state.graves.delete(key);
  } else if (kind === 'event') {
    const at = state.events.get(key)?.[seen.at];
    if (at === undefined) return;
    if (state.partition.at - at >= KEPT_EVENTS) state.events.delete(key);
    else state.timers.add(PARTITION, { due: at + KEPT_EVENTS, kind, key });
  } else if (kind === 'audit') state.audits.delete(key);
  else if (kind === 'change') forgetChanges(turn, key);
  else if (kind === 'edge') ageEdge(turn, key);
  else if (kind === 'planned') beginPlanned(turn, key);
  else if (kind === 'telling') forgetTelling(turn, key);
}

/** It is kept for as long after the latest turn as after the first. */
function forgetTelling({ state }: Turn, key: string): void {
  const told = state.tellings.get(key)?.[telling.at];
  if (told === undefined) return;
  if (state.partition.at - told >= KEPT_TELLINGS) state.tellings.delete(key);
  else state.timers.add(PARTITION, { due: told + KEPT_TELLINGS, kind: 'telling', key });
}

function purgeSlot(turn: Turn, key: string): void {
  const row = turn.state.beats.get(key);
  const over = row && (row[beat.phase] === phases.resolved || row[beat.phase] === phases.moved);
  if (!row || !over || turn.at - row[beat.resolvedAt]! < KEPT_RESOLVED) return;
  unlinkPrints(turn, key, row);
  forget(turn, key);
}

function forgetChanges(turn: Turn, key: string): void {
  const kept = (turn.state.recent.get(key) ?? []).filter((each) => turn.at - each.at < KEPT_CHANGES);
  if (kept.length > 0) turn.state.recent.set(key, kept);
  else turn.state.recent.delete(key);
}

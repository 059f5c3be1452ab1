// Indexes are a function of the tables: built once when a partition is loaded, kept up from then on.

import { ageLater } from './dependencies.ts';
import { placesOf } from './inventory.ts';
import { KEPT_AUDITS, KEPT_CHANGES, KEPT_EVENTS, KEPT_GRAVES } from './kept.ts';
import { noteReplicas } from './neighbours.ts';
import { armTimers } from './provisional.ts';
import { isLive } from './slots.ts';
import { PARTITION, type State, scopeOf, seen, telling } from './state.ts';
import { KEPT_TELLINGS } from './take-telling.ts';
import type { Turn } from './turn.ts';

export function deriveIndexes(state: State): void {
  for (const [key] of state.heard.entries()) state.heardIn.add(key.slice(0, key.indexOf('|')), key);
  for (const [key, row] of state.objects.entries()) {
    const scope = key.slice(0, key.indexOf('|'));
    for (const place of placesOf(scope, row.object)) state.byKind.add(place, key);
    noteReplicas({ state, scope } as Turn, key, row.object);
    for (const called of row.calls ?? []) state.callers.add(`${scope}|${called}`, key);
    if (row.recheck) state.timers.add(row.by, { due: row.recheck, kind: 'recheck', key });
  }
  deriveFromSlots(state);
  deriveExpiries(state);
}

function deriveFromSlots(state: State): void {
  for (const [key, slot] of state.slots.entries()) {
    const row = state.beats.get(key);
    if (!row) continue;
    if (isLive(row)) state.tally.open++;
    for (const heard of Object.values(slot.keepers)) state.keptBy.add(heard, key);
    for (const subject of Object.keys(slot.told ?? {})) state.toldOf.add(subject, key);
    if (slot.provisional) state.provisionalOf.add(slot.provisional, key);
    armTimers({ state, scope: scopeOf(slot.tenant, slot.cluster) }, key, slot, row);
  }
}

function deriveExpiries(state: State): void {
  for (const [, row] of state.clusters.entries()) state.partition.at = Math.max(state.partition.at, row.at);
  for (const [key, row] of state.graves.entries()) {
    state.timers.add(key.slice(0, key.indexOf('|')), { due: row.at + KEPT_GRAVES, kind: 'grave', key });
  }
  for (const [key, all] of state.recent.entries()) {
    for (const { at } of all)
      state.timers.add(key.slice(0, key.indexOf('|')), { due: at + KEPT_CHANGES, kind: 'change', key });
  }
  for (const [key, { begins }] of state.planned.entries())
    state.timers.add(key.slice(0, key.indexOf('|')), { due: begins, kind: 'planned', key });
  for (const [key, row] of state.edges.entries()) {
    state.edgesIn.add(key.slice(0, key.indexOf('|')), key);
    ageLater(state, key, row);
  }
  for (const [key, row] of state.events.entries())
    state.timers.add(PARTITION, { due: row[seen.at]! + KEPT_EVENTS, kind: 'event', key });
  for (const [key, row] of state.tellings.entries())
    state.timers.add(PARTITION, { due: row[telling.at]! + KEPT_TELLINGS, kind: 'telling', key });
  for (const [key, row] of state.audits.entries())
    state.timers.add(PARTITION, { due: row[0]! + KEPT_AUDITS, kind: 'audit', key });
}

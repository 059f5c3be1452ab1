// noise → signals: the pure stage over winnow.observations.
import type { Stage } from '@winnow/stream';
import { decide } from './core/decide.ts';
import { deriveIndexes } from './core/derive-indexes.ts';
import { migrations } from './core/migrate.ts';
import { type State, tables, wrapTables } from './core/state.ts';

/**
 * Folds arrivals (`Envelope`) into signals, facts, changes and dead letters, and counts each item's outcome.
 * Emits winnow.signals, winnow.inventory, winnow.changes, winnow.dead-letters.
 */
export function signalsStage(): Stage<State> {
  return {
    name: 'signals',
    version: 2,
    inputs: ['winnow.observations'],
    tables,
    open(all) {
      const state = wrapTables(all);
      deriveIndexes(state);
      return state;
    },
    decide,
    migrate: migrations,
  };
}

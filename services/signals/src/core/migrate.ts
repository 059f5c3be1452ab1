// The steps that bring older tables along: docs/decisions/0017.
import { jsonTable, type Migrations, type Tables } from '@winnow/stream';
import type { ListRow } from './state.ts';

export const migrations: Migrations = { 1: toListsBySource };

/**
 * Version 1 noted one list that was being read for each kind, whoever read it, and knew neither silences nor senders nor edges. Whoever
 * was reading one begins it anew; what was not known is learnt as it is told.
 */
function toListsBySource(tables: Tables): void {
  const lists = jsonTable<ListRow & { readonly began?: number }>(tables, 'lists');
  for (const [key, { began, ...list }] of lists.entries()) if (began !== undefined) lists.set(key, list);
}

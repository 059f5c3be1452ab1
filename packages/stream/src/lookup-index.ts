// Which asks are open: a stage like any other, so that a worker that was restarted knows what it owes.
import { type Ask, type LookupKind, type LookupRecord, topics } from '@winnow/contracts';
import { jsonTable, nothing, type Stage } from './stage.ts';
import type { Table } from './table.ts';

/** An ask without a result in the log. */
export interface OpenAsk {
  readonly ask: Ask;
  readonly partition: number;
  /** The trace that its result goes on with; empty where the ask had none. */
  readonly traceparent: string;
}

export interface LookupIndex {
  readonly open: Table<OpenAsk>;
}

/** The index of a worker's asks: an ask comes in, its first result takes it out. */
export function lookupIndexStage(name: string, kinds: readonly LookupKind[]): Stage<LookupIndex> {
  return {
    name,
    version: 1,
    inputs: [topics.lookups.name],
    tables: { open: 'json' },
    open: (tables) => ({ open: jsonTable<OpenAsk>(tables, 'open') }),
    decide({ open }, { value, partition, headers }) {
      const record = value as LookupRecord | null;
      if (record?.type === 'result') open.delete(record.ask);
      if (record?.type === 'ask' && kinds.includes(record.kind)) {
        open.set(record.id, { ask: record, partition, traceparent: headers.traceparent ?? '' });
      }
      return nothing;
    },
  };
}

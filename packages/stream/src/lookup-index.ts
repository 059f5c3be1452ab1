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
  /** Derived: open asks that nobody has taken from here yet. Whoever does leaves the list empty. */
  readonly fresh: OpenAsk[];
  /** Derived: of each incident with open asks the latest revision that was asked about, and how many are open. */
  readonly revisions: Map<string, { latest: number; open: number }>;
}

/** The index of a worker's asks: an ask comes in, its first result takes it out. */
export function lookupIndexStage(name: string, kinds: readonly LookupKind[]): Stage<LookupIndex> {
  return {
    name,
    version: 1,
    inputs: [topics.lookups.name],
    tables: { open: 'json' },
    open(tables) {
      const index: LookupIndex = { open: jsonTable<OpenAsk>(tables, 'open'), fresh: [], revisions: new Map() };
      for (const each of index.open.values()) note(index, each);
      return index;
    },
    decide(index, { value, partition, headers }) {
      const record = value as LookupRecord | null;
      if (record?.type === 'result') close(index, record.ask);
      if (record?.type === 'ask' && kinds.includes(record.kind)) {
        close(index, record.id);
        const asked = { ask: record, partition, traceparent: headers.traceparent ?? '' };
        index.open.set(record.id, asked);
        note(index, asked);
      }
      return nothing;
    },
  };
}

const incidentOf = ({ tenant, cluster, incident }: Ask): string => `${tenant}/${cluster}|${incident}`;

function note({ fresh, revisions }: LookupIndex, asked: OpenAsk): void {
  fresh.push(asked);
  const key = incidentOf(asked.ask);
  const { latest, open } = revisions.get(key) ?? { latest: 0, open: 0 };
  revisions.set(key, { latest: Math.max(latest, asked.ask.revision), open: open + 1 });
}

function close({ open, revisions }: LookupIndex, id: string): void {
  const asked = open.get(id);
  if (!asked) return;
  open.delete(id);
  const key = incidentOf(asked.ask);
  const of = revisions.get(key);
  if (of && of.open > 1) of.open--;
  else revisions.delete(key);
}

/** A later revision of the same incident has been asked about: what this one finds would be of no use. */
export function isOvertaken({ revisions }: LookupIndex, { ask }: OpenAsk): boolean {
  return (revisions.get(incidentOf(ask))?.latest ?? 0) > ask.revision;
}

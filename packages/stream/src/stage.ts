import type { TopicName } from '@winnow/contracts';
import type { LedgerCell } from './ledger.ts';
import type { PackedTable } from './packed-table.ts';
import type { LogRecord } from './records.ts';
import type { Table } from './table.ts';

/** The tables of a stage by name: `json` for values, a list of column names for rows of numbers. */
export type TableSpecs = Readonly<Record<string, 'json' | readonly string[]>>;
export type Tables<Specs extends TableSpecs = TableSpecs> = {
  readonly [Name in keyof Specs]: Specs[Name] extends 'json' ? Table<unknown> : PackedTable;
};

/** A table of JSON values, typed by the stage that alone writes it. */
export function jsonTable<V>(tables: Tables, name: string): Table<V> {
  return tables[name] as unknown as Table<V>;
}

/** A table of rows of numbers. */
export function packedTable(tables: Tables, name: string): PackedTable {
  return tables[name] as unknown as PackedTable;
}

/**
 * A stage: one pure function over a partition's tables. No clock, no I/O, no randomness, no memory besides the tables and
 * what `open` derives from them.
 */
export interface Stage<State = unknown> {
  /** Also the producer's name: `signals`, `grouping`, … */
  readonly name: string;
  /** Grows when an older version would lose or misread something of the tables: docs/decisions/0017. */
  readonly version: number;
  readonly inputs: readonly TopicName[];
  readonly tables: TableSpecs;
  /** Wraps loaded tables in what `decide` works on; indexes derived here must not depend on the order of insertion. */
  open(tables: Tables): State;
  /** Folds one record. May change the tables in place. */
  decide(state: State, record: LogRecord): Outcome;
  /** Brings older tables along, one step at a time. */
  readonly migrate?: Migrations;
}

/** By the version that a step brings to the next one. A step changes the tables in place; each version from 1 on has one. */
export type Migrations = Readonly<Record<number, (tables: Tables) => void>>;

export interface Outcome {
  readonly emit?: readonly Emission[];
  /** Items decided by this record; `count` is how many. */
  readonly ledger?: readonly LedgerCell[];
}

/** A record that a stage puts out. */
export interface Emission {
  readonly topic: TopicName;
  /** That of the record that it decided on where absent. */
  readonly partition?: number;
  readonly key: string;
  /** ce_type: `signal`, `incident`, `ask`, … */
  readonly type: string;
  /** JSON; null is a tombstone. */
  readonly value: unknown;
  /** The W3C trace that it belongs to (32 hexadecimal digits); that of the input where absent. */
  readonly traceId?: string;
}

/** Nothing came of the record. */
export const nothing: Outcome = {};

// Readers drop what a producer has published twice: they keep the highest seq of each with their own state.
import type { LogRecord } from './records.ts';
import type { TableSpecs } from './stage.ts';
import type { Table } from './table.ts';

/** The shell's own tables, beside those of the stage. */
export const shellTables = { _producers: 'json' } as const satisfies TableSpecs;

/**
 * Notes the record's seq; answers false where it, or a later one of its producer, has been seen. Order holds within a topic only,
 * so the highest seq is kept for each topic of a producer. Records without a producer are always new.
 */
export function isNew(record: LogRecord, highest: Table<number>): boolean {
  const { producer, seq } = record.headers;
  if (producer === undefined || seq === undefined) return true;
  const key = `${record.topic}|${producer}`;
  const number = Number(seq);
  if (number <= (highest.get(key) ?? 0)) return false;
  highest.set(key, number);
  return true;
}

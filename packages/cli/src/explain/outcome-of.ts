// Why an item came to what it came: decided again. Stages are pure, so that deciding again tells the same.
import { type Envelope, topics } from '@winnow/contracts';
import { type LedgerCell, type LogRecord, type Outcome, openTables, type Stage } from '@winnow/stream';
import type { FlowRecords } from './records.ts';

export interface Decided {
  readonly ledger: readonly LedgerCell[];
  /** What the stage put out. */
  readonly emitted: readonly { readonly topic: string; readonly value: unknown }[];
}

/**
 * Folds the partition up to the record and decides it again; with `item`, that item alone, after those before it.
 * Undefined where records before it have been forgotten: the state that it met cannot be built again.
 */
export function decideAgain(
  records: FlowRecords,
  stage: Stage,
  record: LogRecord,
  item: number | undefined,
): Decided | undefined {
  const state = stage.open(openTables(stage.tables).tables);
  let first = true;
  for (const earlier of records.oldest(topics.observations.name, record.partition)) {
    if (first && earlier.offset > 0) return undefined;
    first = false;
    if (earlier.offset >= record.offset) break;
    stage.decide(state, earlier);
  }
  if (item === undefined) return decided(stage.decide(state, record));
  stage.decide(state, withItems(record, 0, item));
  return decided(stage.decide(state, withItems(record, item, item + 1)));
}

function withItems(record: LogRecord, from: number, to: number): LogRecord {
  const envelope = record.value as Envelope;
  return { ...record, value: { ...envelope, items: envelope.items.slice(from, to) } };
}

function decided({ ledger = [], emit = [] }: Outcome): Decided {
  return { ledger, emitted: emit.map(({ topic, value }) => ({ topic, value })) };
}

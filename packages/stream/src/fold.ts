// Folding a batch: the decisions of a stage over some records, gathered for one commit.
import { stamp } from './headers.ts';
import type { PartitionMemory } from './partition-memory.ts';
import { isNew } from './producers.ts';
import type { LogRecord, NewRecord, Offsets } from './records.ts';
import { inShares } from './shares.ts';
import type { Caused } from './spans.ts';
import type { Outcome, Stage } from './stage.ts';

/** What a batch came to. The memory's tables and ledger have changed along. */
export interface Folded {
  readonly records: number;
  readonly to: Offsets;
  readonly seq: number;
  readonly outgoing: readonly NewRecord[];
  readonly caused: readonly Caused[];
}

/** A decision threw. */
export class DecideThrew extends Error {
  override readonly name = 'DecideThrew';
  readonly record: LogRecord;
  constructor(record: LogRecord, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.record = record;
  }
}

/** Folds records of one topic, in order, in as many shares of the thread as it takes: it is one batch all the same. `decide` may stand in for the stage's own. @throws DecideThrew */
export async function foldBatch<State>(
  stage: Stage<State>,
  memory: PartitionMemory<State>,
  records: readonly LogRecord[],
  decide: (record: LogRecord) => Outcome = (record) => stage.decide(memory.state, record),
): Promise<Folded> {
  const outgoing: NewRecord[] = [];
  const caused: Caused[] = [];
  let seq = memory.seq;
  await inShares(records, (record) => {
    if (isNew(record, memory.producers)) take(record, decideOn(record, decide));
  });

  function take(record: LogRecord, { emit = [], ledger = [] }: Outcome): void {
    memory.ledger.add(ledger);
    if (emit.length === 0) return;
    const stamped = emit.map((emission) => stamp(emission, record, `${stage.name}/${record.partition}`, ++seq));
    outgoing.push(...stamped);
    caused.push({ record, outgoing: stamped });
  }

  const last = records.at(-1) as LogRecord;
  return { records: records.length, to: { ...memory.offsets, [last.topic]: last.offset + 1 }, seq, outgoing, caused };
}

function decideOn(record: LogRecord, decide: (record: LogRecord) => Outcome): Outcome {
  try {
    return decide(record);
  } catch (cause) {
    throw new DecideThrew(record, cause);
  }
}

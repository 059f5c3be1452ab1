// A record at which a stage throws the third time: it is set aside as a dead letter, so that the partition goes on.
import { countedSources, type DeadLetter, ENVELOPE_LIMIT, type Envelope, hash64, topics } from '@winnow/contracts';
import { positionOf } from './headers.ts';
import type { LedgerCell } from './ledger.ts';
import type { LogRecord } from './records.ts';
import type { Outcome } from './stage.ts';

/** At the last of so many attempts a record is poison; each of those before ends the process. */
export const MOST_ATTEMPTS = 3;
const STACK_LIMIT = 4096;
const WORDS_LIMIT = 500;

/** What comes of a poisonous record in place of a decision. */
export function poisonOutcome(stage: string, record: LogRecord, error: unknown): Outcome {
  const value = deadLetterOf(stage, record, error);
  const emission = { topic: topics.deadLetters.name, key: value.cluster, type: 'dead-letter', value };
  return { emit: [emission], ledger: lostItems(record) };
}

function deadLetterOf(stage: string, record: LogRecord, error: unknown): DeadLetter {
  const { tenant, cluster, at } = (record.value ?? {}) as Partial<Record<string, unknown>>;
  const position = positionOf(record);
  return {
    schema: 1,
    id: `dl-${hash64(`poison|${stage}|${position}`)}`,
    tenant: textOr(tenant, 'default'),
    cluster: textOr(cluster, 'unknown'),
    at: textOr(at, '1970-01-01T00:00:00.000Z'),
    stage,
    code: 'poison',
    position,
    place: `${record.topic}, partition ${record.partition}, offset ${record.offset}`,
    expected: `a record that ${stage} can decide on`,
    found: (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, WORDS_LIMIT),
    stack: (error instanceof Error ? (error.stack ?? '') : '').slice(0, STACK_LIMIT),
    ...copyOf(record),
  };
}

/** An arrival may be replayed when the log has long forgotten it. What stages put out is derived again, and is not kept. */
function copyOf({ topic, value }: LogRecord): Pick<DeadLetter, 'record'> {
  const isKept = topic === topics.observations.name && JSON.stringify(value).length <= ENVELOPE_LIMIT;
  return isKept ? { record: value } : {};
}

const textOr = (value: unknown, otherwise: string) => (typeof value === 'string' ? value : otherwise);

/** Every item of an arrival has an outcome in the ledger, those of a poisonous one too. */
function lostItems(record: LogRecord): LedgerCell[] {
  if (record.topic !== topics.observations.name) return [];
  const { source, items } = (record.value ?? {}) as Partial<Envelope>;
  if (!source || !countedSources.includes(source) || !Array.isArray(items) || items.length === 0) return [];
  return [{ source, outcome: 'dead_lettered', reason: 'poison', count: items.length }];
}

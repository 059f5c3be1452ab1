// A dead letter that is replayed arrives now, as a new record of winnow.observations; that it was is noted beside it, in one append.
import { arrivalSchema, type DeadLetter, type Envelope, topics } from '@winnow/contracts';
import type { RecordPosition } from './read-record.ts';
import type { LogRecord, NewRecord } from './records.ts';

export interface Replay {
  readonly letter: DeadLetter;
  /** The record that it is of, as the log has it; undefined where that has forgotten it. */
  readonly original: LogRecord | undefined;
  /** The intake's clock now, RFC 3339. */
  readonly at: string;
  /** Who has it replayed. */
  readonly by?: string | undefined;
}

export interface Replayed {
  /** The arrival, then the dead letter once more, with the note: to be appended together. */
  readonly records: readonly [NewRecord<Envelope>, NewRecord<DeadLetter>];
  /** What it was made of: the record itself, or the copy in the dead letter. */
  readonly from: 'log' | 'copy';
}

/** Where the record of a dead letter that can be replayed stands; a reason, in words for people, where it cannot be. */
export function replayableFrom({ code, stage, position }: DeadLetter): RecordPosition | { readonly reason: string } {
  if (code === 'too-large') return { reason: 'it was too large to be kept; its sender has to send less in one item' };
  if (code !== 'poison')
    return { reason: 'what could not be read was not kept; its sender has to send it again, corrected' };
  const [, partition, offset] = /^(\d+)-(\d+)$/.exec(position) ?? [];
  if (partition === undefined || offset === undefined)
    return {
      reason: `${stage} failed on ${position}, which another stage derived and nobody sent: it cannot arrive again`,
    };
  return { topic: topics.observations.name, partition: Number(partition), offset: Number(offset) };
}

/** What to append, or the reason, in words for people, why it cannot be replayed. */
export function replayDeadLetter({ letter, original, at, by }: Replay): Replayed | { readonly reason: string } {
  const place = replayableFrom(letter);
  if ('reason' in place) return place;
  const from = original ? 'log' : 'copy';
  const found = readArrival(original?.value ?? letter.record);
  if ('reason' in found) return { reason: original ? found.reason : `the log has forgotten it, and ${found.reason}` };
  const { origin: _, ...arrival } = found.envelope;
  const value = { ...arrival, at, originalAt: arrival.originalAt ?? arrival.at, replayOf: letter.id };
  const times = (letter.replayed?.times ?? 0) + 1;
  // The copy stays with it: it may be replayed again when the log has forgotten the record.
  const kept = original && letter.record === undefined ? { record: original.value } : {};
  const noted: DeadLetter = { ...letter, ...kept, replayed: { at, times, ...(by !== undefined && { by }) } };
  const { partition } = place;
  return {
    from,
    records: [
      {
        ...{ topic: topics.observations.name, partition, key: value.cluster, value },
        headers: headersOf('observation', value.source),
      },
      {
        ...{ topic: topics.deadLetters.name, partition, key: letter.cluster, value: noted },
        headers: headersOf('dead-letter', 'winnow/replay'),
      },
    ],
  };
}

function readArrival(value: unknown): { readonly envelope: Envelope } | { readonly reason: string } {
  if (value === undefined) return { reason: 'no copy of it was kept' };
  const { error } = arrivalSchema.safeParse(value);
  if (!error) return { envelope: value as Envelope };
  const { path, message } = error.issues[0] ?? { path: [], message: 'unknown' };
  return { reason: `it is no arrival, whoever wrote it into the log: ${path.join('.') || 'value'}: ${message}` };
}

function headersOf(type: string, source: string): NewRecord['headers'] {
  return { ce_specversion: '1.0', ce_type: type, ce_source: source, 'content-type': 'application/json' };
}

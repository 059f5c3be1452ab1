// The dead letters that there are, newest last, without what is long of them: that stands in the log and is read there when somebody asks.
import { type DeadLetter, topics } from '@winnow/contracts';
import type { LogRecord } from '@winnow/stream';
import type { Position } from '../core.ts';

export type DeadLetterHead = Omit<DeadLetter, 'record' | 'stack'>;

export interface DeadLetterEntry {
  readonly letter: DeadLetterHead;
  /** Where its latest record stands. */
  readonly place: Position;
}

export interface DeadLetterIndex {
  /** Folds a record of winnow.dead-letters: of one id the latest counts. */
  apply(record: LogRecord): void;
  get(id: string): DeadLetterEntry | undefined;
  entries(): Iterable<DeadLetterEntry>;
}

/** @param keep the newest so many; older ones are in the log alone. */
export function createDeadLetterIndex(keep = 10_000): DeadLetterIndex {
  const byId = new Map<string, DeadLetterEntry>();

  function apply({ topic, partition, offset, value }: LogRecord): void {
    if (topic !== topics.deadLetters.name || value === null) return;
    const { record: _, stack: __, ...letter } = value as DeadLetter;
    byId.delete(letter.id);
    byId.set(letter.id, { letter, place: { topic, partition, offset } });
    const [oldest] = byId.keys();
    if (byId.size > keep && oldest !== undefined) byId.delete(oldest);
  }

  return { apply, get: (id) => byId.get(id), entries: () => byId.values() };
}

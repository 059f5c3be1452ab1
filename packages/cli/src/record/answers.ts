// Look-ups of the log with their results, as they come.
import { type Ask, type LookupRecord, type LookupResult, topics } from '@winnow/contracts';
import type { Reader } from '@winnow/sqlite';
import { isOf, type Window } from './window.ts';

export interface Answer {
  readonly ask: Ask;
  readonly result: LookupResult;
}

export interface Answers {
  /** Reads what has been appended since, and gives the answers up to a time (RFC 3339), in their order; the rest waits. */
  until(at: string): Answer[];
  /** Takes in what has been appended since. */
  read(): void;
  /** All that is known. */
  rest(): Answer[];
}

const PIECE = 200;
/** A diagnosis is drawn anew from what was found, and a notification is nobody's finding. */
const effects = new Set<string>(['diagnosis', 'notification']);

/** Of one partition, from its beginning on: an ask may stand long before its result. */
export function createAnswers(reader: Reader, partition: number, window: Window): Answers {
  const asks = new Map<string, Ask>();
  let waiting: Answer[] = [];
  let from = 0;

  function take(record: LookupRecord): void {
    if (!isOf(window, record) || effects.has(record.kind)) return;
    if (record.type === 'ask') {
      asks.set(record.id, record);
      return;
    }
    const ask = asks.get(record.ask);
    // The first result in the log is the one that counted.
    if (!ask || !asks.delete(record.ask)) return;
    if (isWithin(record.at, window)) waiting.push({ ask, result: record });
  }

  function rest(): Answer[] {
    const all = waiting;
    waiting = [];
    return all;
  }

  return {
    read() {
      for (let piece = PIECE; piece === PIECE; ) {
        const records = reader.read({ topic: topics.lookups.name, partition, from, limit: PIECE });
        for (const { value } of records) if (value !== null) take(value as LookupRecord);
        piece = records.length;
        from = (records.at(-1)?.offset ?? from - 1) + 1;
      }
      waiting.sort((one, other) => (one.result.at < other.result.at ? -1 : one.result.at > other.result.at ? 1 : 0));
    },
    until(at) {
      const due = waiting.findIndex(({ result }) => result.at > at);
      return due < 0 ? rest() : waiting.splice(0, due);
    },
    rest,
  };
}

export function isWithin(at: string, { since, until }: Window): boolean {
  return (since === undefined || at >= since) && (until === undefined || at <= until);
}

import type { TopicName } from '@winnow/contracts';
import type { LogRecord, NewRecord } from '../records.ts';

/** `read` is the record with its value revived: shared by all readers, and let go when they have handled it. */
interface Stored {
  readonly offset: number;
  readonly key: string;
  readonly headers: LogRecord['headers'];
  readonly text: string;
  read: LogRecord | undefined;
}

/** What is forgotten once every reader has handled it: nothing, everything, or what a later record of its key replaces. */
export type Trim = 'nothing' | 'handled' | 'replaced';

/** Where a subscription stands: it has handled everything before `position`. */
export interface Reader {
  readonly position: number;
  advance(to: number): void;
  /** The subscription has ended. What it had not handled is kept for the one that takes its place. */
  leave(): void;
}

/** One topic's partition in memory. */
export interface MemoryPartition {
  /** The offset that the next record gets. */
  readonly end: number;
  add(record: NewRecord, text: string): number;
  /** At most so many records from an offset on. Readers share the values and never change them. */
  read(from: number, limit: number): LogRecord[];
  all(): LogRecord[];
  open(from: number, passing?: boolean): Reader;
}

/** Trimming waits for this many records, or characters of their texts, so that it costs next to nothing a record. */
const TRIM_AT = 1024;
const TRIM_AT_LENGTH = 4 * 1024 * 1024;

export function createMemoryPartition(topic: TopicName, partition: number, trim: Trim): MemoryPartition {
  let records: Stored[] = [];
  let end = 0;
  /** Records before this offset have been handled by all and are as trimmed as they will be for now. */
  let trimmed = 0;
  /** Characters of the texts that came since. */
  let untrimmed = 0;
  /** Positions of readers, those that left included. */
  const positions = new Map<object, { position: number; left: boolean }>();

  /** The place in `records` of the first one at or after an offset. */
  function placeOf(offset: number): number {
    let [low, high] = [0, records.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((records[middle] as Stored).offset < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function trimHandled(): void {
    if (positions.size === 0) return;
    const handled = Math.min(...[...positions.values()].map((each) => each.position));
    const places = placeOf(handled) - placeOf(trimmed);
    const enough = places >= TRIM_AT && (trim === 'nothing' || places >= records.length / 2);
    if (places === 0 || !(enough || untrimmed >= TRIM_AT_LENGTH)) return;
    untrimmed = 0;
    for (const record of records.slice(placeOf(trimmed), placeOf(handled))) record.read = undefined;
    trimmed = handled;
    if (trim === 'handled') records = records.slice(placeOf(handled));
    if (trim === 'replaced') records = withoutReplaced(records, handled);
  }

  /** A new reader takes the place of the one that left furthest behind at or before its start. */
  function takeOver(from: number): void {
    const left = [...positions].filter(([, each]) => each.left && each.position <= from);
    left.sort(([, one], [, other]) => one.position - other.position);
    if (left[0]) positions.delete(left[0][0]);
  }

  function revive(record: Stored): LogRecord {
    const { offset, key, headers, text } = record;
    record.read ??= { topic, partition, offset, key, headers, value: JSON.parse(text) as unknown };
    return record.read;
  }

  return {
    get end() {
      return end;
    },
    add({ key, headers }, text) {
      untrimmed += text.length;
      records.push({ offset: end, key, headers: { ...headers }, text, read: undefined });
      return end++;
    },
    read(from, limit) {
      const place = placeOf(from);
      return records.slice(place, place + limit).map(revive);
    },
    all: () => records.map(revive),
    open(from, passing = false) {
      if (!passing) takeOver(from);
      const place = { position: Math.max(from, trim === 'handled' ? trimmed : 0), left: false };
      if (!passing) positions.set(place, place);
      return {
        get position() {
          return place.position;
        },
        advance(to) {
          place.position = to;
          trimHandled();
        },
        leave() {
          place.left = true;
        },
      };
    },
  };
}

/** Of what lies before an offset, the records that are the last of their key. */
function withoutReplaced(records: readonly Stored[], before: number): Stored[] {
  const last = new Map(records.map((record) => [record.key, record.offset]));
  return records.filter((record) => record.offset >= before || last.get(record.key) === record.offset);
}

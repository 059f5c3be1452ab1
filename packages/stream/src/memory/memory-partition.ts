import type { TopicName } from '@winnow/contracts';
import type { LogRecord, NewRecord } from '../records.ts';

type Stored = Omit<LogRecord, 'value'> & { readonly text: string };

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
  /** At most so many records from an offset on; each call gives values of its own. */
  read(from: number, limit: number): LogRecord[];
  all(): LogRecord[];
  open(from: number): Reader;
}

/** Trimming waits for this many records, so that it costs next to nothing a record. */
const TRIM_AT = 1024;

export function createMemoryPartition(topic: TopicName, partition: number, trim: boolean): MemoryPartition {
  let records: Stored[] = [];
  let base = 0;
  /** Positions of readers, those that left included. */
  const positions = new Map<object, { position: number; left: boolean }>();

  function trimHandled(): void {
    if (!trim || positions.size === 0) return;
    const handled = Math.min(...[...positions.values()].map((each) => each.position)) - base;
    if (handled < TRIM_AT || handled < records.length / 2) return;
    records = records.slice(handled);
    base += handled;
  }

  /** A new reader takes the place of the one that left furthest behind at or before its start. */
  function takeOver(from: number): void {
    const left = [...positions].filter(([, each]) => each.left && each.position <= from);
    left.sort(([, one], [, other]) => one.position - other.position);
    if (left[0]) positions.delete(left[0][0]);
  }

  const revive = ({ text, ...record }: Stored): LogRecord => ({ ...record, value: JSON.parse(text) as unknown });

  return {
    get end() {
      return base + records.length;
    },
    add({ key, headers }, text) {
      const offset = base + records.length;
      records.push({ topic, partition, offset, key, headers: { ...headers }, text });
      return offset;
    },
    read: (from, limit) => records.slice(from - base, from - base + limit).map(revive),
    all: () => records.map(revive),
    open(from) {
      takeOver(from);
      const place = { position: Math.max(from, base), left: false };
      positions.set(place, place);
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

// The newest records of each log, in memory: readers of this process that keep up share one value and parse nothing.
import { type TopicName, topics } from '@winnow/contracts';
import type { LogRecord } from '@winnow/stream';
import { logKey } from './heads.ts';
import type { PreparedRecord } from './record-table.ts';

/** A record that is committed, with its offset. */
export interface Appended {
  readonly offset: number;
  readonly record: PreparedRecord;
}

export interface RecentRecords {
  /** Takes in what a transaction has committed, in order. */
  add(appended: readonly Appended[]): void;
  /** What is left of these logs is to be read there: some of it may have been removed. */
  forget(logs: readonly { readonly topic: TopicName; readonly partition: number }[]): void;
  /** From an offset on, at most so many records and about so many characters; undefined where the log must be read instead. */
  read(topic: TopicName, partition: number, from: number, limit: number, bytes: number): LogRecord[] | undefined;
}

interface Kept {
  readonly bytes: number;
  /** Parsed when the first reader asks. */
  readonly record: () => LogRecord;
}

interface Ring {
  /** The offset of the first record kept; offsets have no gaps at this end of a log. */
  first: number;
  kept: Kept[];
  /** How many at the head of the list have been let go. */
  gone: number;
  bytes: number;
}

/** Characters that are kept of each log: a second or two of the heaviest load, since reading back what a stage is behind costs more than deciding on it. */
const MOST_BYTES = 32 * 1024 * 1024;

export function createRecentRecords(mostBytes = MOST_BYTES): RecentRecords {
  const rings = new Map<string, Ring>();

  function ringFor({ record: { topic, partition }, offset }: Appended): Ring {
    const key = logKey(topic, partition);
    const known = rings.get(key);
    if (known && known.first + known.kept.length - known.gone === offset) return known;
    const ring = { first: offset, kept: [], gone: 0, bytes: 0 };
    rings.set(key, ring);
    return ring;
  }

  function shorten(ring: Ring): void {
    while (ring.bytes > mostBytes && ring.kept.length - ring.gone > 1) {
      ring.bytes -= ring.kept[ring.gone]!.bytes;
      ring.kept[ring.gone] = nobody;
      ring.gone += 1;
      ring.first += 1;
    }
    if (ring.gone < 1_024 || ring.gone * 2 < ring.kept.length) return;
    ring.kept = ring.kept.slice(ring.gone);
    ring.gone = 0;
  }

  return {
    add(appended) {
      for (const each of appended) {
        const ring = ringFor(each);
        ring.kept.push({ bytes: each.record.bytes, record: reviving(each) });
        ring.bytes += each.record.bytes;
        if (ring.bytes > mostBytes) shorten(ring);
      }
    },
    forget(logs) {
      for (const { topic, partition } of logs) rings.delete(logKey(topic, partition));
    },
    read(topic, partition, from, limit, bytes) {
      const ring = rings.get(logKey(topic, partition));
      if (!ring || from < ring.first) return undefined;
      const found: LogRecord[] = [];
      let left = bytes;
      for (let at = ring.gone + from - ring.first; at < ring.kept.length && found.length < limit; at++) {
        const each = ring.kept[at]!;
        left -= each.bytes;
        if (left < 0 && found.length > 0) break;
        found.push(each.record());
      }
      return found;
    },
  };
}

const nobody: Kept = {
  bytes: 0,
  record() {
    throw new Error('a record that was let go is read');
  },
};

/** What was appended is read back as JSON, once: its writer may go on changing it. Arrivals belong to the log from their append on. */
function reviving({ offset, record }: Appended): () => LogRecord {
  const { topic, partition, key, headers, given } = record;
  if (topic === topics.observations.name && given) {
    const arrival = { topic, partition, offset, key, headers: given.headers, value: given.value };
    return () => arrival;
  }
  let text = record.value;
  let revived: LogRecord | undefined;
  return () => {
    revived ??= {
      topic,
      partition,
      offset,
      key,
      headers: JSON.parse(headers),
      value: text === null ? null : JSON.parse(text),
    };
    text = null;
    return revived;
  };
}

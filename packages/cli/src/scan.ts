// Goes through the records of a topic from new to old, a piece at a time.
import type { TopicName } from '@winnow/contracts';
import type { Reader, StoredRecord } from '@winnow/sqlite';

const PIECE = 500;

/** Partition by partition; tombstones are left out. */
export function* scan(reader: Reader, topic: TopicName): Generator<StoredRecord> {
  for (const log of reader.logs()) {
    if (log.topic !== topic) continue;
    let from: number | undefined;
    while (from === undefined || from >= 0) {
      const piece: StoredRecord[] = reader.read({
        topic,
        partition: log.partition,
        limit: PIECE,
        reverse: true,
        ...(from !== undefined && { from }),
      });
      for (const record of piece) if (record.value !== null) yield record;
      if (piece.length < PIECE) break;
      from = (piece.at(-1)?.offset ?? 0) - 1;
    }
  }
}

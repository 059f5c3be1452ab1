// How far each stage has come: what it has yet to read is kept, however old or much it is.
import type { TopicName } from '@winnow/contracts';
import { logKey } from './heads.ts';
import type { StateRow } from './state-rows.ts';

/** Which topics each stage reads. */
export type Consumers = Readonly<Record<string, readonly TopicName[]>>;

/** The first offset of a log that some stage has not handled; infinite where no stage reads it. */
export type FloorOf = (topic: TopicName, partition: number) => number;

/** Where the consumers are not told they are known by what they have committed. */
export function createFloors(rows: readonly StateRow[], consumers: Consumers | undefined): FloorOf {
  if (!consumers) return committedFloors(rows);
  const offsets = new Map(rows.map((row) => [`${row.stage}/${row.partition}`, row.offsets]));
  const readers = Object.entries(consumers);
  return function floorOf(topic, partition) {
    const stages = readers.filter(([, topics]) => topics.includes(topic));
    return Math.min(...stages.map(([stage]) => offsets.get(`${stage}/${partition}`)?.[topic] ?? 0));
  };
}

function committedFloors(rows: readonly StateRow[]): FloorOf {
  const floors = new Map<string, number>();
  for (const { partition, offsets } of rows) {
    for (const [topic, offset] of Object.entries(offsets)) {
      const log = logKey(topic as TopicName, partition);
      floors.set(log, Math.min(floors.get(log) ?? Number.POSITIVE_INFINITY, offset));
    }
  }
  return (topic, partition) => floors.get(logKey(topic, partition)) ?? Number.POSITIVE_INFINITY;
}

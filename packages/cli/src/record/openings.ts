// What opened the signals that live into a window: with it a replay gives them, and their incidents, the ids that they had.
import { type Incident, topics } from '@winnow/contracts';
import type { Reader } from '@winnow/sqlite';
import { isOf, type Window } from './window.ts';

const PIECE = 200;

/** Offsets of observations of a partition, in no order. */
export function openingsOf(reader: Reader, partition: number, window: Window): ReadonlySet<number> {
  const offsets = new Set<number>();
  for (const incident of latestIncidents(reader, partition)) {
    if (!isOf(window, incident) || isOverBefore(incident, window)) continue;
    const observations = incident.members.flatMap(({ signal }) => signal.observations);
    for (const id of observations) {
      const [of, offset] = /^(\d+)-(\d+)\./.exec(id)?.slice(1).map(Number) ?? [];
      if (of === partition && offset !== undefined) offsets.add(offset);
    }
  }
  return offsets;
}

function isOverBefore({ status, updatedAt }: Incident, { since }: Window): boolean {
  return status === 'resolved' && since !== undefined && updatedAt < since;
}

function* latestIncidents(reader: Reader, partition: number): Generator<Incident> {
  const latest = new Map<string, Incident>();
  for (let from = 0, piece = PIECE; piece === PIECE; ) {
    const records = reader.read({ topic: topics.incidents.name, partition, from, limit: PIECE });
    for (const { key, value } of records) {
      if (value === null) latest.delete(key);
      else latest.set(key, value as Incident);
    }
    piece = records.length;
    from = (records.at(-1)?.offset ?? from) + 1;
  }
  yield* latest.values();
}

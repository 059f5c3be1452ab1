// A stage that counts words and tells of each, and one that reads what it tells: what arrives there twice would be counted twice.
import { topics } from '@winnow/contracts';
import { jsonTable, type NewRecord, type Stage, type Table } from '@winnow/stream';

export type Counts = Table<number>;

export function counting(): Stage<Counts> {
  return {
    name: 'counting',
    version: 1,
    inputs: [topics.observations.name],
    tables: { counts: 'json' },
    open: (tables) => jsonTable<number>(tables, 'counts'),
    decide(counts, { value }) {
      const { word } = value as { word: string };
      const count = (counts.get(word) ?? 0) + 1;
      counts.set(word, count);
      return { emit: [{ topic: topics.signals.name, key: word, type: 'word', value: { word, count } }] };
    },
  };
}

export interface Heard {
  readonly word: string;
  readonly count: number;
}

/** Keeps what it hears, in order. */
export function hearing(heard: Heard[]): Stage<Counts> {
  return {
    ...counting(),
    name: 'hearing',
    inputs: [topics.signals.name],
    decide(_, { value }) {
      heard.push(value as Heard);
      return {};
    },
  };
}

export const arrival = (word: string): NewRecord => ({
  topic: topics.observations.name,
  partition: 0,
  key: 'c',
  headers: {},
  value: { word },
});

// A reader that remembers what it was refused: a report says what could not be seen.
import type { Problem } from '@winnow/contracts';
import type { ClusterReader } from '@winnow/stream';

export function notingReader(reader: ClusterReader): { reader: ClusterReader; problems(): readonly Problem[] } {
  const problems = new Map<string, Problem>();

  async function noting<T>(place: string, look: () => Promise<T>): Promise<T> {
    try {
      return await look();
    } catch (error) {
      if (error instanceof Error)
        problems.set(place, { place, expected: `the right to get ${place}`, found: wordsOf(error) });
      throw error;
    }
  }

  return {
    reader: { ...reader, logs: (request) => noting('pods/log', () => reader.logs(request)) },
    problems: () => [...problems.values()],
  };
}

/** The cluster's own words: which one it is, and what was asked, is said beside them. */
export const wordsOf = ({ message }: Error): string => /: (40[13] .*)$/s.exec(message)?.[1] ?? message;

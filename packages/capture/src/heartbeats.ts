// A recording does not tell how long its sources were heard between arrivals: that they were is what heartbeats say.
import { countedSources, type Source } from '@winnow/contracts';

/** Milliseconds. */
const PERIOD = 5_000;
/** Longer than any symptom has to last before it counts. */
const TRAIL = 75_000;
/** Nothing is said about a longer gap: the recording itself was interrupted, and its sources were not heard. */
const LONGEST_GAP = 86_400_000;

export interface Beat {
  readonly cluster: string;
  readonly at: string;
  readonly sources: readonly Source[];
}

export interface Heartbeats {
  /** Time has come to an arrival: the beats that were due before, for each cluster the sources that had been silent for a period. */
  until(time: number): Iterable<Beat>;
  /** What was heard at this time. */
  hear(cluster: string, source: Source, time: number): void;
  /** The beats after the end: all that was heard goes on being heard. */
  trail(end: number): Iterable<Beat>;
}

/** Beats on one beat of 5 s for all clusters, from the first arrival on. What it gives is to be iterated to its end. */
export function createHeartbeats(): Heartbeats {
  const clusters = new Map<string, Map<Source, number>>();
  let due = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;

  function* beat(time: number, silentSince: number): Generator<Beat> {
    for (const [cluster, heard] of clusters) {
      const sources = [...heard].filter(([, when]) => when <= silentSince).map(([source]) => source);
      for (const source of sources) heard.set(source, time);
      if (sources.length > 0) yield { cluster, at: new Date(time).toISOString(), sources };
    }
  }

  return {
    *until(time) {
      if (time - last > LONGEST_GAP) due = time + PERIOD;
      for (; due < time; due += PERIOD) yield* beat(due, due - PERIOD);
      last = time;
    },
    hear(cluster, source, time) {
      if (!countedSources.includes(source)) return;
      const heard = clusters.get(cluster);
      if (heard) heard.set(source, time);
      else clusters.set(cluster, new Map([[source, time]]));
    },
    *trail(end) {
      for (let after = PERIOD; after <= TRAIL; after += PERIOD) yield* beat(end + after, Number.POSITIVE_INFINITY);
    },
  };
}

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
  /** What was heard, at which time; times do not go back. */
  hear(cluster: string, source: Source, time: number): void;
  /** Beats that were due before this time: for each cluster the sources that had been silent for a period. */
  until(time: number): Beat[];
  /** The beats after the end. */
  trail(): Beat[];
}

/** Beats on one beat of 5 s for all clusters, from the first arrival on. */
export function createHeartbeats(): Heartbeats {
  const clusters = new Map<string, Map<Source, number>>();
  let due = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;

  function beat(time: number, silentSince: number): Beat[] {
    const beats: Beat[] = [];
    for (const [cluster, heard] of clusters) {
      const sources = [...heard].filter(([, when]) => when <= silentSince).map(([source]) => source);
      for (const source of sources) heard.set(source, time);
      if (sources.length > 0) beats.push({ cluster, at: new Date(time).toISOString(), sources });
    }
    return beats;
  }

  return {
    hear(cluster, source, time) {
      if (last === Number.NEGATIVE_INFINITY) due = time + PERIOD;
      last = Math.max(last, time);
      if (!countedSources.includes(source)) return;
      const heard = clusters.get(cluster);
      if (heard) heard.set(source, time);
      else clusters.set(cluster, new Map([[source, time]]));
    },
    until(time) {
      const beats: Beat[] = [];
      if (last === Number.NEGATIVE_INFINITY) return beats;
      if (time - last > LONGEST_GAP) due = time + PERIOD;
      for (; due < time; due += PERIOD) beats.push(...beat(due, due - PERIOD));
      return beats;
    },
    trail() {
      const beats: Beat[] = [];
      if (last === Number.NEGATIVE_INFINITY) return beats;
      for (let after = PERIOD; after <= TRAIL; after += PERIOD)
        beats.push(...beat(last + after, Number.POSITIVE_INFINITY));
      return beats;
    },
  };
}

// Work in small slices, each in its own transaction, with a rest in which everything else has its turn.

export interface Slices {
  /** Repeats a slice of work, each in its transaction, until one has done nothing; gives the sum of what they did. */
  (slice: (limit: number) => number): Promise<number>;
  longest: number;
}

// A slice aims at this many milliseconds; what it takes tells how much the next one may do.
const aimMs = 4;
const firstLimit = 64;
const mostAtOnce = 2_048;

export function createSlices(
  transact: <T>(work: () => T) => T,
  rest: () => Promise<void>,
  stopped: () => boolean,
): Slices {
  const run: Slices = async (slice) => {
    let limit = firstLimit;
    let total = 0;
    while (!stopped()) {
      const started = performance.now();
      const done = transact(() => slice(limit));
      const took = performance.now() - started;
      run.longest = Math.max(run.longest, took);
      if (done === 0) break;
      total += done;
      limit = Math.max(1, Math.min(mostAtOnce, limit * 2, Math.floor((limit * aimMs) / took)));
      await rest();
    }
    return total;
  };
  run.longest = 0;
  return run;
}

// Durations in buckets that grow by a tenth: a percentile to within ten per cent, in memory that does not grow with the calls.

export interface Latencies {
  add(ms: number): void;
  /** The duration that a share of them did not exceed; undefined where there are none. */
  percentile(share: number): number | undefined;
}

const GROWTH = Math.log(1.1);
/** Milliseconds; what is shorter is not told apart. */
const SHORTEST = 0.1;

export function createLatencies(): Latencies {
  const buckets = new Map<number, number>();
  let count = 0;
  return {
    add(ms) {
      const bucket = Math.max(0, Math.ceil(Math.log(Math.max(ms, SHORTEST) / SHORTEST) / GROWTH));
      buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
      count++;
    },
    percentile(share) {
      let left = Math.ceil(count * share);
      for (const [bucket, held] of [...buckets].sort(([a], [b]) => a - b)) {
        left -= held;
        if (left <= 0) return Number((SHORTEST * Math.exp(bucket * GROWTH)).toPrecision(3));
      }
      return undefined;
    },
  };
}

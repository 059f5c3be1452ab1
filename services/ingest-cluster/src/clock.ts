// The one place where time and chance enter this service; tests give their own.
import { setTimeout as wait } from 'node:timers/promises';

export interface Clock {
  /** Milliseconds that never go back, to measure with. */
  now(): number;
  /** The wall clock, milliseconds since 1970. */
  wall(): number;
  /** 0 up to 1. */
  random(): number;
  /** Ends early, without an error, where the signal is given. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  random: () => Math.random(),
  sleep: (ms, signal) => wait(ms, undefined, { signal }).catch(() => undefined),
};

/** The times of arrivals, RFC 3339: never before the one given last, also where the wall clock is set back. */
export function createArrivalClock(wall: () => number): () => string {
  let last = 0;
  return () => {
    last = Math.max(last, wall());
    return new Date(last).toISOString();
  };
}

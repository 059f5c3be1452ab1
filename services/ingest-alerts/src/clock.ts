// The intake's clock: the one place where time enters the flow.

/** RFC 3339 in milliseconds, never before the last one given: a wall clock that is set back makes no record earlier than its predecessor. */
export function createIntakeClock(now: () => number = Date.now): () => string {
  let last = 0;
  return () => {
    last = Math.max(last, now());
    return new Date(last).toISOString();
  };
}

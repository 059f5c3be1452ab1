// When a sender says that an alert took a turn. It orders the turns of one sender, so a time far ahead would hold up all that follow.

/** Milliseconds that a sender's clock may be ahead. */
const AHEAD = 60 * 60 * 1000;

/** The time as told; the arrival's where it is more than an hour behind that. Both as `readTime` gives them. */
export function turnTime(told: string | undefined, at: string): string | undefined {
  if (told === undefined) return undefined;
  return Date.parse(told) - Date.parse(at) > AHEAD ? at : told;
}

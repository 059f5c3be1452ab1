// Times of signals, as texts outside and milliseconds since the epoch inside.

const known = new Map<string, number>();
const MOST_KNOWN = 8_192;

/** What `Date.parse` gives. A signal is held against hundreds of others, and the times of all of them are few. */
export function timeOf(text: string): number {
  const time = known.get(text);
  if (time !== undefined) return time;
  if (known.size >= MOST_KNOWN) known.clear();
  const parsed = Date.parse(text);
  known.set(text, parsed);
  return parsed;
}

// Times: RFC 3339 texts outside, milliseconds since the epoch inside; 0 stands for "not told".

/** Milliseconds of a told time; 0 where it is absent, unreadable or Go's zero time (year 1). */
export function msOf(text: string | undefined): number {
  if (!text) return 0;
  if (text === latest.text) return latest.ms;
  const ms = Date.parse(text);
  latest.text = text;
  latest.ms = Number.isFinite(ms) && ms > 0 ? ms : 0;
  return latest.ms;
}

/** The alerts of one request mostly end at one time: it is read once. */
const latest = { text: '', ms: 0 };

export const textOf = (ms: number): string => new Date(ms).toISOString();

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

// Times: RFC 3339 texts outside, milliseconds since the epoch inside; 0 stands for "not told".

/** Milliseconds of a told time; 0 where it is absent, unreadable or Go's zero time (year 1). */
export function msOf(text: string | undefined): number {
  if (!text) return 0;
  const ms = Date.parse(text);
  return Number.isFinite(ms) && ms > 0 ? ms : 0;
}

export const textOf = (ms: number): string => new Date(ms).toISOString();

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

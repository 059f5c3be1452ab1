// Times as Winnow writes them, and as others do.
import { z } from 'zod';

/** RFC 3339, UTC, milliseconds, `Z`: 2026-03-08T15:21:12.035Z. Such texts sort as their times do. */
export const timeSchema = z.string();

/** As Winnow writes times; days that every month has. */
const canonical = /^(?!0)\d{4}-\d\d-(?:[01]\d|2[0-8])T\d\d:\d\d:\d\d\.\d{3}Z$/;
const rfc3339 = /^(\d{4})-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:[Zz]|[+-]\d\d:?\d\d)$/;

/** A told time as Winnow writes times (UTC, milliseconds, `Z`); undefined where it is absent, not RFC 3339, or Go's zero time (year 1). */
export function readTime(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 40) return undefined;
  if (read.has(value)) return read.get(value);
  if (read.size >= MOST_READ) read.clear();
  const time = readText(value);
  read.set(value, time);
  return time;
}

/** The times of a batch are few: those of the same rule end together, and are sent again with the same start. */
const read = new Map<string, string | undefined>();
const MOST_READ = 4_096;

function readText(value: string): string | undefined {
  if (canonical.test(value)) return Number.isNaN(Date.parse(value)) ? undefined : value;
  const year = rfc3339.exec(value)?.[1];
  if (year === undefined || year === '0001') return undefined;
  const time = new Date(value.replace(' ', 'T').replace(',', '.').toUpperCase());
  return Number.isNaN(time.getTime()) || time.getUTCFullYear() > 9999 ? undefined : time.toISOString();
}

/** The latest of some times as {@link readTime} gives them. */
export function latestTime(times: Iterable<string | undefined>): string | undefined {
  let latest: string | undefined;
  for (const time of times) if (time !== undefined && (latest === undefined || time > latest)) latest = time;
  return latest;
}

// The id of a server-sent event: how far the reader has seen each topic and partition. So a reader may come back at any time.
import type { Entry, Seen } from '../core.ts';

/** `d0:3,f0:9,i0:12` */
export function writeSeen(seen: Seen): string {
  return Object.entries(seen)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([stream, offset]) => `${stream}:${offset}`)
    .join(',');
}

/** What {@link writeSeen} wrote; undefined where the text is none. */
export function readSeen(text: string): Seen | undefined {
  if (!/^[a-z]+\d+:\d+(,[a-z]+\d+:\d+)*$/.test(text)) return undefined;
  return Object.fromEntries(
    text.split(',').map((part) => {
      const [stream = '', offset = ''] = part.split(':');
      return [stream, Number(offset)];
    }),
  );
}

/** True where something is newer than what was seen. */
export function isNews(changed: Seen, seen: Seen): boolean {
  return Object.entries(changed).some(([stream, offset]) => offset > (seen[stream] ?? -1));
}

/** True for a stream of incident revisions, which every incident has. */
export const isOfIncidents = (stream: string) => /^x?i/.test(stream);

/** True where this log can have given that id: the log of a reader's last visit may be no more. */
export function isPast(last: Seen, now: Seen): boolean {
  return Object.entries(last).every(([stream, offset]) => offset <= (now[stream] ?? offset));
}

/**
 * Ids for events that catch a reader up, from what it has seen to what there is now. Until the last of these is sent an id counts incident revisions only, in whose order they are
 * sent: a reader that is cut off in between misses nothing, though it may be told something twice.
 */
export function catchUpIds(last: Seen, now: Seen): { expect(ids: Iterable<string>): void; next(entry: Entry): string } {
  const full: Record<string, number> = { ...last, ...now };
  const partial: Record<string, number> = { ...last };
  const expected = new Set<string>();
  return {
    expect(ids) {
      for (const id of ids) expected.add(id);
    },
    next({ incident, seen }) {
      expected.delete(incident.id);
      raise(full, seen, () => true);
      raise(partial, seen, isOfIncidents);
      return writeSeen(expected.size === 0 ? full : partial);
    },
  };
}

function raise(to: Record<string, number>, from: Seen, counts: (stream: string) => boolean): void {
  for (const [stream, offset] of Object.entries(from))
    if (counts(stream)) to[stream] = Math.max(to[stream] ?? -1, offset);
}

// One line of an audit log file.
import { type Item, type ReadContext, unreadable } from '@winnow/contracts';
import { readAuditEvent } from './read-audit-event.ts';

/** Undefined for an empty line. @param text absent where the line was too long to be read; `size` is its length in bytes. */
export function readAuditLine(text: string | undefined, size: number, context: ReadContext): Item | undefined {
  if (text === undefined) {
    return unreadable('too-large', context.place, 'a line of at most 2 MiB', `${Math.ceil(size / 1024)} KiB`);
  }
  if (text.trim() === '') return undefined;
  try {
    return readAuditEvent(JSON.parse(text), context)[0];
  } catch {
    return unreadable('not-json', context.place, 'one audit Event as JSON', `a text of ${text.length} characters`);
  }
}

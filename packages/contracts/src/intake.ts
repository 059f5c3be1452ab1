// What all parsers of arrivals share: what they are called with, and how they say that something cannot be read.
import type { DeadLetterCode } from './drop-reasons.ts';
import type { Item, UnreadableItem } from './item.ts';

export interface ReadContext {
  /** The intake's clock at the arrival. */
  readonly at: string;
  /** Where the payload stands, for what cannot be read: `line 17`, `alerts.json`; empty for a request's body. */
  readonly place: string;
}

/** A pure parser of one kind of payload: it never throws; what it cannot read is among the items as `unreadable`. */
export type ReadItems = (payload: unknown, context: ReadContext) => Item[];

/** `line 17` and `[3].labels` → `line 17 [3].labels`. */
export function placeIn(context: ReadContext, field: string): string {
  return [context.place, field].filter((part) => part !== '').join(' ') || 'body';
}

/** What stands there instead, in words that hold nothing of it: it may be a secret. */
export function describeFound(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return value === '' ? 'an empty text' : `a text of ${value.length} characters`;
  return `a ${typeof value}`;
}

/** An item in the place of one that could not be read. `found` is a description, never the value itself. */
export function unreadable(code: DeadLetterCode, place: string, expected: string, found: string): UnreadableItem {
  return { type: 'unreadable', code, place, expected, found };
}

/** The usual case: a field is missing or has the wrong type. */
export function wrongShape(context: ReadContext, field: string, expected: string, value: unknown): UnreadableItem {
  return unreadable('wrong-shape', placeIn(context, field), expected, describeFound(value));
}

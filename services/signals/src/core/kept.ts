// How long what is over is remembered, milliseconds.
import { HOUR, MINUTE } from './time.ts';

/** Owners of objects that are gone are remembered this long (events live for an hour). */
export const KEPT_GRAVES = HOUR;
/** Event objects live for an hour; after their last word nothing repeats them. */
export const KEPT_EVENTS = 70 * MINUTE;
/** An API server sends a batch again within minutes. */
export const KEPT_AUDITS = 10 * MINUTE;
/** The watch and the audit log tell of one change within this time. */
export const KEPT_CHANGES = MINUTE;

// Who posts alerts. The intake's heartbeats say that the intake listens; whether a Prometheus still watches, only its posts say.
import type { Envelope, HeartbeatItem } from '@winnow/contracts';
import { clockOf } from './clock.ts';
import { HOUR } from './time.ts';
import type { Turn } from './turn.ts';

/** One who posts alerts: when it was heard last, on the clock of the source instance that heard it. */
export interface SenderRow {
  /** It stands for the sender in `fingerprints`. */
  bit: number;
  at: number;
  by: string;
}

/** Bits of a number that can be told apart by one operation: more senders than that share the last. */
const BITS = 31;
/** A sender that is not heard for so long makes room; its alerts have expired by then. */
export const KEPT_SENDERS = 25 * HOUR;
const OTHERS = '*';

/** The name of whoever sent these alerts; a recording need not tell it: its source instance stands for it. Undefined for what is no alert. */
export const senderOf = ({ source, instance, sender = instance }: Envelope): string | undefined =>
  nameOf(source, sender);

/** The heartbeats of an intake tell nothing of those who send through it; a recording's own may. */
export const senderOfBeat = ({ source, sender }: HeartbeatItem): string | undefined =>
  sender === undefined ? undefined : nameOf(source, sender);

function nameOf(source: string, sender: string): string | undefined {
  return source === 'alertmanager.alerts' || source.endsWith('.webhook') ? `${source}|${sender}` : undefined;
}

/** Notes that a sender is heard now. Its bit stands in the turn from then on. */
export function hearSender(turn: Turn, name: string | undefined): void {
  if (name === undefined) return;
  const rows = turn.state.senders.get(turn.scope) ?? {};
  const own = rows[name] ? name : placeOf(turn, rows, name);
  const { bit } = rows[own]!;
  rows[own] = { bit, at: turn.clock, by: turn.heard };
  turn.state.senders.set(turn.scope, rows);
  turn.sender = 1 << bit;
}

/** Gives a new sender a bit of its own, or has it share one where there are too many. */
function placeOf(turn: Turn, rows: Record<string, SenderRow>, name: string): string {
  for (const [other, row] of Object.entries(rows)) if (quietFor(turn, row) > KEPT_SENDERS) delete rows[other];
  const taken = new Set(Object.values(rows).map((row) => row.bit));
  const free = [...Array(BITS - 1).keys()].find((bit) => !taken.has(bit));
  const own = free === undefined ? OTHERS : name;
  rows[own] ??= { bit: free ?? BITS - 1, at: turn.clock, by: turn.heard };
  return own;
}

/** Whether one of these senders was heard within so many milliseconds. Senders that nobody knows any more are not. */
export function isHeard(turn: Turn, senders: number, within: number): boolean {
  const rows = turn.state.senders.get(turn.scope) ?? {};
  return Object.values(rows).some((row) => (senders & (1 << row.bit)) !== 0 && quietFor(turn, row) <= within);
}

/** How long whoever listens has listened without hearing it: while nobody listens no time passes. */
const quietFor = (turn: Turn, { at, by }: SenderRow): number => clockOf(turn, by) - at;

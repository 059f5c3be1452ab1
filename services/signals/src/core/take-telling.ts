// Senders that tell each turn of an alert once may tell it late, or twice: what is older than the latest turn known changes nothing.
import type { AlertItem } from '@winnow/contracts';
import { printKey } from './alert-prints.ts';
import { muted, type Verdict } from './claim.ts';
import { PARTITION, telling } from './state.ts';
import { DAY, msOf } from './time.ts';
import type { Turn } from './turn.ts';

/** Redeliveries come within hours. */
export const KEPT_TELLINGS = DAY;

/** What comes of a turn that was told already, or too late; undefined where it is the latest. */
export function takeTelling(turn: Turn, alert: AlertItem): Verdict | undefined {
  const toldAt = msOf(alert.toldAt);
  if (toldAt === 0) return undefined;
  const { tellings, timers, partition } = turn.state;
  const key = printKey(turn, alert.fingerprint);
  const known = tellings.get(key);
  const firing = alert.status === 'firing' ? 1 : 0;
  if (known && toldAt < known[telling.toldAt]!) return muted('told-late');
  if (known && toldAt === known[telling.toldAt] && firing === known[telling.firing]) return { outcome: 'deduplicated' };
  if (!known) timers.add(PARTITION, { due: partition.at + KEPT_TELLINGS, kind: 'telling', key });
  tellings.set(key, [toldAt, partition.at, firing]);
  return undefined;
}

// Which sources are heard. A source instance's clock runs only while it is heard: a gap over 15 s is blind time and does not count.
import { wake } from './due.ts';
import { hearSender } from './senders.ts';
import { refreshStaleness } from './staleness.ts';
import { HOUR, SECOND } from './time.ts';
import type { Turn } from './turn.ts';

const BLIND_GAP = 15 * SECOND;
const SILENT_AFTER = 60 * SECOND;

/** Notes that a source instance is heard now, and who through it, and carries out what fell due on its clock. */
export function hear(turn: Turn, key: string, sender?: string): void {
  const { heard, heardIn } = turn.state;
  const known = heard.get(key);
  turn.heard = key;
  turn.clock = known ? known.at - known.blind : 0;
  if (known?.at === turn.at && !known.silent) {
    hearSender(turn, sender);
    return;
  }
  const gap = known ? turn.at - known.at : 0;
  const row = { at: turn.at, blind: (known?.blind ?? 0) + (gap > BLIND_GAP ? gap : 0) };
  turn.clock = row.at - row.blind;
  heard.set(key, row);
  heardIn.add(turn.scope, key);
  hearSender(turn, sender);
  if (known?.silent) refreshStaleness(turn, key, false);
  wake(turn, key, row.at - row.blind);
}

/** Marks the sources that have been silent for a minute; what depends on them alone turns stale. */
export function findSilent(turn: Turn): void {
  for (const key of turn.state.heardIn.members(turn.scope)) {
    const row = turn.state.heard.get(key);
    if (!row || turn.at - row.at <= SILENT_AFTER) continue;
    if (row.silent) {
      forgetGone(turn, key, row.at);
      continue;
    }
    turn.state.heard.set(key, { ...row, silent: true });
    refreshStaleness(turn, key, true);
  }
}

/** A source instance that does not come back, and keeps nothing alive: its successor has another name. */
function forgetGone(turn: Turn, key: string, at: number): void {
  if (turn.at - at <= HOUR || turn.state.keptBy.size(key) > 0) return;
  turn.state.heard.delete(key);
  turn.state.heardIn.remove(turn.scope, key);
}

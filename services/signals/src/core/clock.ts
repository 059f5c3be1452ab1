// The time on a source instance's clock: it stands still while the source is not heard.
import type { Turn } from './turn.ts';

export function clockOf(turn: Turn, heard: string): number {
  if (heard === turn.heard && turn.clock > 0) return turn.clock;
  const row = turn.state.heard.get(heard);
  return row ? row.at - row.blind : turn.at;
}

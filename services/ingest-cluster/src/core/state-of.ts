// What is said of a source: that it is heard is not enough where part of it cannot be seen.
import type { SourceState } from '@winnow/contracts';

export interface KindStanding {
  readonly phase: 'waiting' | 'listing' | 'watching' | 'failing' | 'refused' | 'absent';
  readonly synced: boolean;
  readonly optional: boolean;
}

export function stateOf(heard: boolean, kinds: readonly KindStanding[]): SourceState {
  const needed = kinds.filter(({ optional }) => !optional);
  if (needed.length > 0 && needed.every(({ phase }) => phase === 'refused')) return 'refused';
  if (!heard) return 'blind';
  if (needed.some(({ phase, synced }) => !synced && phase !== 'refused' && phase !== 'absent')) return 'syncing';
  return needed.some(({ phase }) => phase === 'refused') ? 'refused' : 'connected';
}

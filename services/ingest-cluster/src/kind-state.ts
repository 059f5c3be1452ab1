// How one kind of one cluster stands, and what was counted of it.
import type { WatchedKind } from './core.ts';

export type KindPhase =
  /** Its first list waits for its turn. */
  | 'waiting'
  | 'listing'
  | 'watching'
  /** Between two tries, after a failure. */
  | 'failing'
  | 'refused'
  /** Not served, though it was discovered. */
  | 'absent';

export interface KindState {
  readonly kind: WatchedKind;
  phase: KindPhase;
  /** On the clock that never goes back; undefined where nothing was heard. */
  heardAt: number | undefined;
  /** An answer is coming in. */
  open: boolean;
  /** When one came in last, where none is open. */
  wellAt: number | undefined;
  /** All that there was has been read: a watch has followed a list, or goes on from where it stood. */
  synced: boolean;
  /** What is wrong, in words. */
  detail: string | undefined;
  bytes: number;
  received: number;
  unreadable: number;
  suppressed: number;
  /** By reason. */
  readonly lists: Record<string, number>;
  readonly restarts: Record<string, number>;
  savedAt: number | undefined;
  /** Seconds between the newest write that a watch told of and its arrival. */
  lag: number | undefined;
  /** Breaks the open watch off. */
  interrupt: ((why: Error) => void) | undefined;
}

export function createKindState(kind: WatchedKind): KindState {
  return {
    kind,
    phase: 'waiting',
    heardAt: undefined,
    open: false,
    wellAt: undefined,
    synced: false,
    detail: undefined,
    bytes: 0,
    received: 0,
    unreadable: 0,
    suppressed: 0,
    lists: {},
    restarts: {},
    savedAt: undefined,
    lag: undefined,
    interrupt: undefined,
  };
}

export function countOne(counts: Record<string, number>, reason: string): void {
  counts[reason] = (counts[reason] ?? 0) + 1;
}

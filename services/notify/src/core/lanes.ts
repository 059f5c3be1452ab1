// What each receiver waits for: derived from the tables, so that a record costs a look at what it is about and not at all that waits.
import { createDueTimes, type DueTimes } from '@winnow/stream';
import { createReadyQueue, type ReadyQueue } from './ready-queue.ts';

export interface Lane {
  /** Incidents of which the receiver has yet to be told something. */
  readonly waiting: Set<string>;
  /** From when on each may be told. */
  readonly due: DueTimes;
  /** Those that may be told by now. */
  readonly ready: ReadyQueue;
  /** Posts under way. */
  underWay: number;
}

export function createLane(): Lane {
  return { waiting: new Set(), due: createDueTimes(), ready: createReadyQueue(), underWay: 0 };
}

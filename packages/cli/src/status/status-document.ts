// What `winnow status --json` prints.
import type { Source, SourceStatus } from '@winnow/contracts';
import type { RunningUp } from '../running-up.ts';

export interface StatusDocument {
  readonly running: boolean;
  /** Of the `up` that runs; also where it does not answer. */
  readonly up?: RunningUp;
  /** Why the `up` that runs cannot be asked. */
  readonly trouble?: string;
  /** How each source stands; where none runs, when each was last heard, as the log has it. */
  readonly sources: readonly (SourceStatus | LastHeard)[];
  /** Items that arrived and are not decided yet. */
  readonly pending: Readonly<Partial<Record<Source, number>>>;
  readonly data: DataStatus;
}

/** Of a log that nobody writes to now. */
export interface LastHeard {
  readonly source: string;
  readonly cluster: string;
  readonly instance: string;
  readonly state: 'stopped';
  readonly lastByteAt: string;
  readonly details: readonly string[];
}

export interface DataStatus {
  readonly directory: string;
  /** Of its files; 0 where there is none yet. */
  readonly bytes: number;
  /** On its disk, for whoever this is. */
  readonly freeBytes: number;
  /** The oldest record of the log; RFC 3339. */
  readonly oldestAt?: string;
  readonly newestAt?: string;
}

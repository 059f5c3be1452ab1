// Where dead letters are read and replayed: in a data directory, on Kafka, or by a Winnow that runs.
import type { DeadLetterHead, ReplayAnswer, ReplayOptions, ReplayRefusal } from '@winnow/api';
import type { DeadLetter } from '@winnow/contracts';

export interface DeadLetters {
  /** All that there are, in no order. */
  list(): Promise<readonly DeadLetterHead[]>;
  /** Whole; undefined where there is none, or the log has forgotten it. */
  get(id: string): Promise<DeadLetter | undefined>;
  /** What a replay would come to. */
  plan(id: string, options: ReplayOptions): Promise<{ readonly from: 'log' | 'copy' } | ReplayRefusal>;
  /** @throws CommandFailed, DataDirBusy, LogUnavailable where nothing can be written. */
  replay(id: string, options: ReplayOptions): Promise<ReplayAnswer>;
  close(): Promise<void>;
}

/** The newest so many are held at once. */
export const MOST_LETTERS = 100_000;

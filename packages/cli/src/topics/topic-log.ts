// The log as `winnow topics` reads it, whatever it lies on.
import type { TopicName } from '@winnow/contracts';
import type { LogRecord } from '@winnow/stream';

/** `at` is when it was appended, in milliseconds since 1970. */
export type ShownRecord = LogRecord & { readonly at: number };

export interface TopicLog {
  /** A table of the topics, or of the partitions of one. */
  list(topic?: TopicName): Promise<string>;
  /** Calls back with the newest records, the oldest first, then with those that come until the signal is given; without one it ends. */
  tail(topic: TopicName, count: number, show: (record: ShownRecord) => void, signal?: AbortSignal): Promise<void>;
}

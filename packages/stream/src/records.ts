import type { TopicName } from '@winnow/contracts';

/** A record as it stands in the log. `offset` grows within (topic, partition) and may have gaps. */
export interface LogRecord<V = unknown> {
  readonly topic: TopicName;
  readonly partition: number;
  readonly offset: number;
  /** The message key: what compaction keeps the latest of. */
  readonly key: string;
  /** `traceparent`, CloudEvents `ce_*`, and for records of stages `producer` and `seq`. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON; null is a tombstone. Never changed by readers. */
  readonly value: V;
}

/** A record that is to be appended. */
export type NewRecord<V = unknown> = Omit<LogRecord<V>, 'offset'>;

/** The next offset to read of each input topic; a topic that is absent is read from its beginning. */
export type Offsets = Readonly<Partial<Record<TopicName, number>>>;

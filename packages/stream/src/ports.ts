// The ports of the stream. Each has a twin in memory beside it and one contract suite that every adapter passes.
import type { TopicName } from '@winnow/contracts';
import type { LedgerCell } from './ledger.ts';
import type { LogRecord, NewRecord, Offsets } from './records.ts';

/** An ordered, durable log of records, by topic and partition. */
export interface EventLog {
  /**
   * Appends all of the records or none. Resolves when they are durable (synced), with their offsets in the same order.
   * @throws LogUnavailable where nothing can be written now (disk full, broker gone); the sender still owns the records.
   */
  append(records: readonly NewRecord[]): Promise<readonly number[]>;
  /**
   * Delivers the records of one partition from an offset on, in order, in batches, the next batch when the handler's promise has resolved.
   * Once the end is reached new records are delivered as they are appended. A handler that rejects ends the subscription (`done` rejects).
   */
  subscribe(subscription: Subscribe, onBatch: (batch: readonly LogRecord[]) => Promise<void>): Subscription;
  /** The offset that the next record of the partition will have: 0 where there was never one. @throws LogUnavailable */
  end(topic: TopicName, partition: number): Promise<number>;
}

export interface Subscribe {
  readonly topic: TopicName;
  readonly partition: number;
  /** The first offset wanted. */
  readonly from: number;
  /** At most this many records in a batch (default 1,000). */
  readonly maxBatch?: number;
  /** It looks at something and leaves: nothing is kept for it, nor for whoever comes in its place. */
  readonly passing?: boolean;
}

export interface Subscription {
  /** Ends the delivery; resolves when a handler that is running has finished. */
  close(): Promise<void>;
  /** Resolves after close, rejects with the handler's or the log's error. */
  readonly done: Promise<void>;
}

/** A log in this process, whose end is known. */
export interface LocalLog extends EventLog {
  /** Resolves when every subscription has handled every record that is in the log. */
  idle(): Promise<void>;
}

/** The right to write the state of one stage and partition. A later claim takes it away. */
export interface Claim {
  readonly stage: string;
  readonly partition: number;
  /** Random: the store accepts a commit only from the holder of the latest. */
  readonly token: string;
}

/** Committed state of a stage's partition: its offset, its tables, its ledger, and what it has yet to publish. */
export interface StateStore {
  /** True where a commit puts its outgoing records into the log itself, in one transaction: then nothing is ever unsettled. */
  readonly publishes?: boolean;
  /**
   * Takes the partition over; whoever held it before can commit no more.
   * @param knows the newest version of the state that can be read here: one that is newer is left with whoever holds it.
   * @throws StateNewer
   */
  claim(stage: string, partition: number, knows?: number): Promise<Claim>;
  /** @throws Fenced where the claim has been taken over. @throws StateDamaged, StateNewer where the state cannot be read. */
  load(claim: Claim): Promise<LoadedState>;
  /**
   * One atomic write of all that the commit holds. Accepted only where the store holds the claim's token and stands at `from`;
   * otherwise nothing is written.
   */
  commit(claim: Claim, commit: Commit): Promise<'committed' | 'fenced'>;
  /** Outgoing records of commits that have not been settled, in the order of their seq. A store that publishes in its own transaction has none. */
  unsettled(claim: Claim): Promise<readonly NewRecord[]>;
  /** The outgoing records up to and including this seq are in the log: the store forgets them. */
  settle(claim: Claim, seq: number): Promise<void>;
}

export interface LoadedState {
  readonly offsets: Offsets;
  /** The highest seq given so far; 0 at the beginning. */
  readonly seq: number;
  /** The version of the stage that wrote the state; 0 where there is none. */
  readonly version: number;
  readonly ledger: readonly LedgerCell[];
  /** How often the process has ended at the record behind the offset; absent where it has not. */
  readonly attempts?: Attempts;
  /** Snapshots of buckets and later deltas, in the order in which they are to be applied: a few at a time, so that loading pauses for nobody. */
  readonly changes: AsyncIterable<Uint8Array>;
}

/** A record at which `decide` threw, and how often. */
export interface Attempts {
  readonly topic: TopicName;
  readonly offset: number;
  readonly count: number;
}

export interface Commit {
  readonly from: Offsets;
  readonly to: Offsets;
  readonly version: number;
  /** The highest seq of `outgoing`, or the last one given. */
  readonly seq: number;
  /** What changed in the tables, packed; empty where nothing did. */
  readonly delta: Uint8Array;
  /** Buckets written whole: each replaces its former snapshot and all deltas' parts in that bucket up to this commit. */
  readonly snapshots: readonly BucketSnapshot[];
  /** Ledger cells that changed, with their new totals. */
  readonly ledger: readonly LedgerCell[];
  readonly outgoing: readonly NewRecord[];
  /** Replaces the attempts noted so far; absent clears them. */
  readonly attempts?: Attempts;
}

/** The content of one bucket of all tables after the commit that it is part of. */
export interface BucketSnapshot {
  readonly bucket: number;
  /** How many buckets there are in all. */
  readonly of: number;
  readonly content: Uint8Array;
}

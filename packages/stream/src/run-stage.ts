// The one shell that runs every stage: claim, load, fold, commit, publish, settle; and what to do when one of them fails.
import type { TopicName } from '@winnow/contracts';
import type { LedgerCell } from './ledger.ts';
import { claimPartition, ownPartition } from './owned-partition.ts';
import type { EventLog, StateStore, Subscription } from './ports.ts';
import type { LogRecord, NewRecord, Offsets } from './records.ts';
import type { Tracer } from './spans.ts';
import type { Stage } from './stage.ts';

export interface RunStage<State> {
  readonly stage: Stage<State>;
  readonly partition: number;
  readonly log: EventLog;
  readonly store: StateStore;
  /** At most this many records in one commit (default 500). */
  readonly maxBatch?: number;
  /** Hears of every batch once it is committed and published. Must not throw. */
  readonly onCommit?: (info: CommitInfo) => void;
  /** Called with the committed state after each batch, and once it is loaded. Must not throw, nor change it. */
  readonly afterCommit?: (state: State) => void;
  readonly tracer?: Tracer;
  /** Milliseconds before a failed port call is tried again; doubled each time, at most 5 s (default 50). */
  readonly retryDelay?: number;
  /** Given up when it is given while the partition is being claimed or loaded. */
  readonly signal?: AbortSignal;
  /** How much of the state has been read, in bytes, while it is being loaded. Must not throw. */
  readonly onLoading?: (bytes: number) => void;
}

export interface CommitInfo {
  readonly stage: string;
  readonly partition: number;
  /** What this batch added to the ledger. */
  readonly ledger: readonly LedgerCell[];
  readonly emitted: readonly NewRecord[];
  readonly records: number;
  readonly offsets: Offsets;
}

export interface RunningStage<State = unknown> {
  /** The state as it is in memory: committed whenever no batch is being folded. Replaced at a reload. */
  readonly state: State;
  /** Lets a running batch finish, then stops. */
  close(): Promise<void>;
  /** Resolves after close. Rejects with Fenced, StageCrashed, or the error of a port that stayed broken. */
  readonly done: Promise<void>;
  ledger(): readonly LedgerCell[];
  readonly offsets: Offsets;
}

/** Claims a stage's partition, loads it, publishes what is unsettled, and runs it. @throws Fenced, StateDamaged, StateNewer */
export async function runStage<State>(options: RunStage<State>): Promise<RunningStage<State>> {
  const { stage, partition, log } = options;
  const abort = new AbortController();
  const starting = AbortSignal.any([abort.signal, ...(options.signal ? [options.signal] : [])]);
  const claim = await claimPartition(options, starting);
  const owned = ownPartition(options, claim, abort.signal);
  await owned.load(starting);

  const { promise: done, resolve, reject } = Promise.withResolvers<void>();
  // Whoever looks at `done` hears of a failure; that nobody looks yet is no reason to end the process here.
  done.catch(() => undefined);
  const subscriptions: Subscription[] = [];
  let turn: Promise<unknown> = Promise.resolve();

  /** One batch at a time, over all inputs. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    const next = turn.then(work);
    turn = next.catch(() => undefined);
    return next;
  }

  function fail(error: unknown): void {
    if (abort.signal.aborted) return;
    abort.abort();
    for (const subscription of subscriptions) void subscription.close();
    void owned.close();
    reject(error);
  }

  async function handle(topic: TopicName, batch: readonly LogRecord[]): Promise<void> {
    try {
      await inTurn(async () => {
        if (abort.signal.aborted) throw new Error(`${stage.name}/${partition} was closed before this batch`);
        await owned.handle(topic, batch);
      });
    } catch (error) {
      fail(error);
      throw error;
    }
  }

  function subscribe(topic: TopicName): Subscription {
    const wanted = { topic, partition, from: owned.memory.offsets[topic] ?? 0, maxBatch: options.maxBatch ?? 500 };
    return log.subscribe(wanted, (batch) => handle(topic, batch));
  }

  for (const topic of stage.inputs) subscriptions.push(subscribe(topic));
  for (const subscription of subscriptions) subscription.done.catch(fail);

  return {
    get state() {
      return owned.memory.state;
    },
    get offsets() {
      return owned.memory.offsets;
    },
    ledger: () => owned.memory.ledger.cells(),
    done,
    async close() {
      abort.abort();
      await Promise.all(subscriptions.map((subscription) => subscription.close()));
      await turn;
      await owned.close();
      resolve();
    },
  };
}

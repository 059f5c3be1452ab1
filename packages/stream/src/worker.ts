// Carries out the asks of a stage, in a bounded pool, and appends what it found. The effects of Winnow are here and in ingest.
import type { Ask, LookupKind } from '@winnow/contracts';
import { carryOut, resultRecord } from './carry-out.ts';
import type { Lookups } from './effects.ts';
import { LogUnavailable } from './errors.ts';
import { type LookupIndex, lookupIndexStage, type OpenAsk } from './lookup-index.ts';
import type { EventLog, StateStore } from './ports.ts';
import { retry } from './retry.ts';
import { type RunStage, runStage } from './run-stage.ts';

export interface RunWorker extends Omit<RunStage<LookupIndex>, 'stage' | 'afterCommit'> {
  /** The name that its open asks are kept under, e.g. `context-lookups`. */
  readonly name: string;
  readonly partition: number;
  readonly log: EventLog;
  readonly store: StateStore;
  /** The kinds that this worker carries out; other workers take the others. */
  readonly kinds: readonly LookupKind[];
  readonly lookups: Lookups;
  /** At most so many at once (default 4). */
  readonly concurrency?: number;
  /** The time of a result: the ask's own in a replay; the wall clock where absent. RFC 3339. */
  readonly now?: (ask: Ask) => string;
}

export interface RunningWorker {
  /** Stops; what is running is aborted and asked again at the next start. */
  close(): Promise<void>;
  /** As a stage's; also rejects where results cannot be appended. */
  readonly done: Promise<void>;
  /** Resolves when no ask is open or running; rejects with what ended the worker. */
  idle(): Promise<void>;
  /** True while an ask is open or running. */
  readonly busy: boolean;
}

/** Runs a worker on one partition of winnow.lookups. @throws as runStage */
export async function runWorker(options: RunWorker): Promise<RunningWorker> {
  const { name, kinds, concurrency = 4, now = () => new Date().toISOString() } = options;
  const abort = new AbortController();
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  failed.catch(() => undefined);
  const running = new Set<string>();
  /** Answered, while the index has not yet read the result. */
  const answered = new Map<string, OpenAsk>();
  let index: LookupIndex | undefined;
  let waiting: PromiseWithResolvers<void>[] = [];

  const isBusy = () => running.size > 0 || (index?.open.size ?? 0) > 0;

  function next(): OpenAsk[] {
    if (!index || abort.signal.aborted || running.size >= concurrency || index.open.size === 0) return [];
    const isDue = (each: OpenAsk) => !running.has(each.ask.id) && answered.get(each.ask.id) !== each;
    const open = [...index.open.values()].filter(isDue);
    return open.sort(byAge).slice(0, concurrency - running.size);
  }

  function startOpen(): void {
    for (const open of next()) {
      running.add(open.ask.id);
      void answer(open).then(startOpen, fail);
    }
    noteIdle();
  }

  function noteIdle(): void {
    if (isBusy()) return;
    answered.clear();
    const resolved = waiting;
    waiting = [];
    for (const { resolve } of resolved) resolve();
  }

  function idle(): Promise<void> {
    if (!isBusy()) return Promise.resolve();
    const waiter = Promise.withResolvers<void>();
    waiting.push(waiter);
    return waiter.promise;
  }

  function end(error: unknown): void {
    abort.abort();
    for (const { reject } of waiting) reject(error);
    waiting = [];
  }

  async function answer(open: OpenAsk): Promise<void> {
    const found = await carryOut(open.ask, options.lookups, abort.signal);
    if (abort.signal.aborted) return;
    const record = resultRecord(open, found, now(open.ask), name);
    const tries = (error: unknown) => (error instanceof LogUnavailable ? Infinity : 5);
    await retry(() => options.log.append([record]), {
      tries,
      firstDelay: options.retryDelay ?? 50,
      signal: abort.signal,
    });
    answered.set(open.ask.id, open);
    running.delete(open.ask.id);
  }

  function takeState(state: LookupIndex): void {
    index = state;
    for (const [id, open] of answered) if (state.open.get(id) !== open) answered.delete(id);
    startOpen();
  }

  const stage = await runStage({
    ...options,
    stage: lookupIndexStage(name, kinds),
    afterCommit: takeState,
  });
  const done = Promise.race([stage.done, failed]);
  done.catch((error: unknown) => {
    end(error);
    void stage.close();
  });

  return {
    done,
    get busy() {
      return isBusy();
    },
    idle,
    async close() {
      end(new Error(`${name} was closed while asks were open`));
      await stage.close();
    },
  };
}

function byAge(one: OpenAsk, other: OpenAsk): number {
  if (one.ask.at !== other.ask.at) return one.ask.at < other.ask.at ? -1 : 1;
  return one.ask.id < other.ask.id ? -1 : 1;
}

// Carries out the asks of a stage, in a bounded pool, and appends what it found. The effects of Winnow are here and in ingest.
import type { Ask, LookupKind, LookupStatus } from '@winnow/contracts';
import { createAskQueue } from './ask-queue.ts';
import { carryOut, resultRecord } from './carry-out.ts';
import type { LookupAnswer, Lookups } from './effects.ts';
import { LogUnavailable } from './errors.ts';
import { isOvertaken, type LookupIndex, lookupIndexStage, type OpenAsk } from './lookup-index.ts';
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
  /** Whether asks about a revision are worthless once there are asks about a later one: then they are answered `cancelled`. */
  readonly latestOnly?: boolean;
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
  figures(): WorkerFigures;
}

export interface WorkerFigures {
  readonly name: string;
  readonly partition: number;
  /** Asks without an answer, and how many of them are carried out now. */
  readonly open: number;
  readonly running: number;
  /** Answers since the start. */
  readonly answered: Readonly<Partial<Record<LookupStatus, number>>>;
}

/** Runs a worker on one partition of winnow.lookups. @throws as runStage */
export async function runWorker(options: RunWorker): Promise<RunningWorker> {
  const { name, kinds, concurrency = 4, latestOnly = false, now = () => new Date().toISOString() } = options;
  const abort = new AbortController();
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  failed.catch(() => undefined);
  const queue = createAskQueue();
  const running = new Map<OpenAsk, AbortController>();
  const counts: Partial<Record<LookupStatus, number>> = {};
  let index: LookupIndex | undefined;
  let waiting: PromiseWithResolvers<void>[] = [];

  const isBusy = () => running.size > 0 || (index?.open.size ?? 0) > 0;
  /** After the index was loaded anew the same ask is another object. */
  const isRunning = ({ ask }: OpenAsk) => [...running.keys()].some((each) => each.ask.id === ask.id);
  const isWorthless = (asked: OpenAsk) => latestOnly && index !== undefined && isOvertaken(index, asked);

  function startOpen(): void {
    while (!abort.signal.aborted && running.size < concurrency) {
      const asked = queue.next();
      if (!asked) break;
      if (isRunning(asked)) continue;
      running.set(asked, new AbortController());
      void answer(asked).then(startOpen, fail);
    }
    noteIdle();
  }

  function noteIdle(): void {
    if (isBusy()) return;
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

  async function answer(asked: OpenAsk): Promise<void> {
    const found = await find(asked);
    if (abort.signal.aborted) return;
    const record = resultRecord(asked, found, now(asked.ask), name);
    const tries = (error: unknown) => (error instanceof LogUnavailable ? Infinity : 5);
    await retry(() => options.log.append([record]), {
      tries,
      firstDelay: options.retryDelay ?? 50,
      signal: abort.signal,
    });
    counts[found.status] = (counts[found.status] ?? 0) + 1;
    running.delete(asked);
  }

  async function find(asked: OpenAsk): Promise<LookupAnswer> {
    if (isWorthless(asked)) return OVERTAKEN;
    const cancel = running.get(asked)?.signal;
    const found = await carryOut(
      asked.ask,
      options.lookups,
      cancel ? AbortSignal.any([abort.signal, cancel]) : abort.signal,
    );
    return cancel?.aborted ? OVERTAKEN : found;
  }

  function takeState(state: LookupIndex): void {
    index = state;
    queue.take(state);
    for (const [asked, cancel] of running) if (isWorthless(asked)) cancel.abort();
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
    figures: () => ({
      ...{ name, partition: options.partition },
      open: index?.open.size ?? 0,
      running: running.size,
      answered: { ...counts },
    }),
    async close() {
      end(new Error(`${name} was closed while asks were open`));
      await stage.close();
    },
  };
}

const OVERTAKEN: LookupAnswer = { status: 'cancelled', message: 'a later revision of the incident is looked into' };

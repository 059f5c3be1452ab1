// Carries out the asks of a stage, in a bounded pool, and appends what it found. The effects of Winnow are here and in ingest.
import { type Ask, type LookupKind, type LookupResult, topics } from '@winnow/contracts';
import type { LookupAnswer, Lookups } from './effects.ts';
import { LogUnavailable } from './errors.ts';
import { type LookupIndex, lookupIndexStage, type OpenAsk } from './lookup-index.ts';
import type { EventLog, StateStore } from './ports.ts';
import type { NewRecord } from './records.ts';
import { retry } from './retry.ts';
import { type RunningStage, type RunStage, runStage } from './run-stage.ts';

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
  const answered = new Set<string>();
  let index: LookupIndex | undefined;
  let waiting: (() => void)[] = [];

  const isBusy = () => running.size > 0 || (index?.open.size ?? 0) > 0;

  function next(): OpenAsk[] {
    if (!index || abort.signal.aborted || running.size >= concurrency || index.open.size === 0) return [];
    const open = [...index.open.values()].filter(({ ask }) => !running.has(ask.id) && !answered.has(ask.id));
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
    for (const resolve of resolved) resolve();
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
    answered.add(open.ask.id);
    running.delete(open.ask.id);
  }

  function takeState(state: LookupIndex): void {
    index = state;
    for (const id of answered) if (!state.open.has(id)) answered.delete(id);
    startOpen();
  }

  const stage: RunningStage<LookupIndex> = await runStage({
    ...options,
    stage: lookupIndexStage(name, kinds),
    afterCommit: takeState,
  });
  const done = Promise.race([stage.done, failed]);
  done.catch(() => abort.abort());

  return {
    done,
    get busy() {
      return isBusy();
    },
    idle: () =>
      isBusy() ? Promise.race([new Promise<void>((resolve) => waiting.push(resolve)), ended(done)]) : Promise.resolve(),
    async close() {
      abort.abort();
      await stage.close();
    },
  };
}

async function ended(done: Promise<void>): Promise<void> {
  await done;
  throw new Error('the worker was closed while asks were open');
}

function byAge(one: OpenAsk, other: OpenAsk): number {
  if (one.ask.at !== other.ask.at) return one.ask.at < other.ask.at ? -1 : 1;
  return one.ask.id < other.ask.id ? -1 : 1;
}

/** What a timer can hold; a longer one would end at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** One look-up with its deadline. Whatever goes wrong is an answer. */
async function carryOut(ask: Ask, lookups: Lookups, closing: AbortSignal): Promise<LookupAnswer> {
  const lookup = lookups[ask.kind];
  if (!lookup) return { status: 'failed', message: `nothing here can look up ${ask.kind}` };
  const deadline = new AbortController();
  const { promise: late, resolve } = Promise.withResolvers<LookupAnswer>();
  const timer = setTimeout(
    () => {
      resolve({ status: 'timeout', message: `no answer within ${ask.deadline} ms` });
      deadline.abort();
    },
    Math.min(ask.deadline, LONGEST_TIMER),
  );
  const cancel = () => {
    resolve({ status: 'cancelled' });
    deadline.abort();
  };
  closing.addEventListener('abort', cancel, { once: true });
  try {
    return await Promise.race([late, lookup(ask, deadline.signal)]);
  } catch (error) {
    return { status: 'failed', message: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
    closing.removeEventListener('abort', cancel);
  }
}

function resultRecord({ ask, partition, traceparent }: OpenAsk, answer: LookupAnswer, at: string, worker: string) {
  const { id, tenant, cluster, incident, revision, kind } = ask;
  const { status, value, message } = answer;
  const result: LookupResult = {
    ...{ schema: 1, type: 'result', ask: id, tenant, cluster, incident, revision, kind, status, at },
    value: status === 'ok' ? value : undefined,
    ...(message !== undefined && { message }),
  };
  const record: NewRecord<LookupResult> = {
    topic: topics.lookups.name,
    partition,
    key: id,
    headers: {
      ...(traceparent && { traceparent }),
      ce_specversion: '1.0',
      ce_id: `${id}/result`,
      ce_source: `winnow/${worker}`,
      ce_type: 'lookup-result',
      'content-type': 'application/json',
    },
    value: result,
  };
  return record;
}

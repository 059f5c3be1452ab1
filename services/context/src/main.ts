// Runs the context service on one partition: the stage, the projection that look-ups are answered from, and the worker.
import type { Ask } from '@winnow/contracts';
import {
  type ClusterReaders,
  type EventLog,
  type LocalLog,
  type LookupAnswer,
  type Party,
  type RunStage,
  runStage,
  runWorker,
  type StateStore,
} from '@winnow/stream';
import { type ContextState, contextStage } from './core.ts';
import { contextLookupKinds, contextLookups } from './lookups.ts';
import { createProjection, followProjection } from './projection.ts';

export interface StartContext extends Pick<RunStage<ContextState>, 'onCommit' | 'tracer' | 'maxBatch' | 'retryDelay'> {
  readonly log: EventLog;
  readonly store: StateStore;
  readonly partition: number;
  readonly readers?: ClusterReaders;
  /** True where the readers are captures beside a recording. */
  readonly cutOff?: boolean;
  /** How the ask was answered in the run that is played again; undefined where that is not known. */
  readonly recorded?: (ask: Ask) => LookupAnswer | undefined;
  readonly concurrency?: number;
  /** The time of a result: the ask's own in a replay; the wall clock where absent. */
  readonly now?: (ask: Ask) => string;
}

export interface RunningContext extends Required<Party> {
  close(): Promise<void>;
}

/** Milliseconds for which the first asks wait at most until the projection has read the log. */
const CATCH_UP = 5_000;

/** @throws as runStage */
export async function startContext(options: StartContext): Promise<RunningContext> {
  const { log, partition, readers, cutOff = false, recorded } = options;
  const projection = createProjection();
  const following = followProjection(projection, log, partition);
  const stage = await runStage({ ...options, stage: contextStage() });
  const worker = await runWorker({
    ...options,
    name: 'context-lookups',
    kinds: contextLookupKinds,
    lookups: contextLookups({
      ...{ projection, caughtUp: caughtUp(log), cutOff },
      ...(readers && { readers }),
      ...(recorded && { recorded }),
    }),
  });
  return {
    done: Promise.race([stage.done, worker.done, ...following.map((each) => each.done)]),
    idle: worker.idle,
    get busy() {
      return worker.busy;
    },
    async close() {
      await worker.close();
      await Promise.all([stage.close(), ...following.map((each) => each.close())]);
    },
  };
}

/** A log in this process knows its end; of another one the first asks' own deadlines are all that there is to wait for. */
async function caughtUp(log: EventLog & Partial<LocalLog>): Promise<void> {
  if (!log.idle) return;
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, CATCH_UP);
  await Promise.race([log.idle(), late]);
  clearTimeout(timer);
}

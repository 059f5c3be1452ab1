// Runs the context service on one partition: the stage, the projection that look-ups are answered from, and the worker.
import type { Ask } from '@winnow/contracts';
import {
  type ClusterReaders,
  type EventLog,
  type LookupAnswer,
  type Party,
  type RunningWorker,
  type RunStage,
  runStage,
  runWorker,
  type StateStore,
  startBeside,
} from '@winnow/stream';
import { type ContextState, contextStage } from './core.ts';
import { contextLookupKinds, contextLookups } from './lookups.ts';
import { createProjection, followProjection } from './projection.ts';

export interface StartContext
  extends Pick<RunStage<ContextState>, 'onCommit' | 'tracer' | 'maxBatch' | 'retryDelay' | 'signal' | 'onLoading'> {
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

export interface RunningContext extends Required<Party>, Pick<RunningWorker, 'figures'> {
  close(): Promise<void>;
}

/** @throws as runStage, and LogUnavailable */
export async function startContext(options: StartContext): Promise<RunningContext> {
  const { log, partition, readers, cutOff = false, recorded } = options;
  const projection = createProjection();
  const following = await followProjection(projection, log, partition);
  const parts = await startBeside(following, () => startParts());
  return {
    done: Promise.race([parts.stage.done, parts.worker.done, following.done]),
    idle: parts.worker.idle,
    figures: parts.worker.figures,
    get busy() {
      return parts.worker.busy;
    },
    async close() {
      await parts.worker.close();
      await Promise.all([parts.stage.close(), following.close()]);
    },
  };

  async function startParts() {
    const stage = await runStage({ ...options, stage: contextStage() });
    const worker = await startBeside(stage, () =>
      runWorker({
        ...options,
        name: 'context-lookups',
        latestOnly: true,
        kinds: contextLookupKinds,
        lookups: contextLookups({
          ...{ projection, caughtUp: following.caughtUp, cutOff },
          ...(readers && { readers }),
          ...(recorded && { recorded }),
        }),
      }),
    );
    return { stage, worker };
  }
}

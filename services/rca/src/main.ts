// Runs the rca service on one partition: the stage, and the worker that investigates.
import type { Ask } from '@winnow/contracts';
import {
  type EventLog,
  type Investigator,
  type Party,
  type RunningWorker,
  type RunStage,
  runStage,
  runWorker,
  type StateStore,
  startBeside,
} from '@winnow/stream';
import { type RcaState, rcaStage } from './core.ts';
import { rcaLookupKinds, rcaLookups } from './lookups.ts';

export interface StartRca
  extends Pick<RunStage<RcaState>, 'onCommit' | 'tracer' | 'maxBatch' | 'retryDelay' | 'signal' | 'onLoading'> {
  readonly log: EventLog;
  readonly store: StateStore;
  readonly partition: number;
  readonly investigator: Investigator;
  /** Investigations that run at once (default 2). */
  readonly concurrency?: number;
  /** The time of a result: the ask's own in a replay; the wall clock where absent. */
  readonly now?: (ask: Ask) => string;
}

export interface RunningRca extends Required<Party>, Pick<RunningWorker, 'figures'> {
  close(): Promise<void>;
}

/** @throws as runStage */
export async function startRca(options: StartRca): Promise<RunningRca> {
  const stage = await runStage({ ...options, stage: rcaStage() });
  const worker = await startBeside(stage, () =>
    runWorker({
      concurrency: 2,
      ...options,
      name: 'rca-lookups',
      latestOnly: true,
      kinds: rcaLookupKinds,
      lookups: rcaLookups(options),
    }),
  );
  return {
    done: Promise.race([stage.done, worker.done]),
    idle: worker.idle,
    figures: worker.figures,
    get busy() {
      return worker.busy;
    },
    async close() {
      await worker.close();
      await stage.close();
    },
  };
}

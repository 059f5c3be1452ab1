// Runs the notifications on one partition: the stage that decides, and the worker that posts.
import type { Ask, MetricFamily, SourceStatus } from '@winnow/contracts';
import {
  type EventLog,
  type Party,
  type RunningStage,
  type RunStage,
  runStage,
  runWorker,
  type StateStore,
  startBeside,
} from '@winnow/stream';
import { atOnce } from './core/parameters.ts';
import type { State } from './core/state.ts';
import { notifyStage } from './core.ts';
import type { NamedReceiver } from './named-receiver.ts';
import { notifyLookupKinds, notifyLookups } from './post.ts';
import { metricsOf, statusOf } from './status.ts';

export interface StartNotify
  extends Pick<RunStage<State>, 'onCommit' | 'tracer' | 'maxBatch' | 'retryDelay' | 'signal' | 'onLoading'> {
  readonly log: EventLog;
  readonly store: StateStore;
  readonly partition: number;
  /** None: nobody is told, and those who were told before are forgotten. */
  readonly receivers: readonly NamedReceiver[];
  /** Where people reach Winnow, without a slash at its end. */
  readonly externalUrl: string;
  /** Incidents that opened before are none of a new receiver's business (RFC 3339; now where absent). */
  readonly since?: string;
  /** The time of a result; the wall clock where absent. */
  readonly now?: (ask: Ask) => string;
}

export interface RunningNotify extends Required<Party> {
  status(): readonly SourceStatus[];
  readMetrics(): readonly MetricFamily[];
  close(): Promise<void>;
}

/** @throws as runStage */
export async function startNotify(options: StartNotify): Promise<RunningNotify> {
  const { receivers, externalUrl, since = new Date().toISOString() } = options;
  const settings = { receivers: receivers.map(({ name, takes }) => ({ name, since, takes })), externalUrl };
  const stage: RunningStage<State> = await runStage({ ...options, stage: notifyStage(settings) });
  const worker = await startBeside(stage, () =>
    runWorker({
      ...options,
      name: 'notify-lookups',
      kinds: notifyLookupKinds,
      lookups: notifyLookups(receivers),
      // As many as the stage lets be under way: a receiver that hangs takes no other's place.
      concurrency: Math.max(1, receivers.length * atOnce),
    }),
  );
  return {
    status: () => statusOf(stage.state),
    readMetrics: () => metricsOf(stage.state),
    done: Promise.race([stage.done, worker.done]),
    idle: worker.idle,
    get busy() {
      return worker.busy;
    },
    async close() {
      await worker.close();
      await stage.close();
    },
  };
}

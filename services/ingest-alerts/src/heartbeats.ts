// Every live source is heard at least every 5 s, also where nobody sends anything: silence of the intake itself is what must be noticed.
import type { Envelope, Source } from '@winnow/contracts';
import type { SeenClusters } from './seen-clusters.ts';

export interface HeartbeatDeps {
  readonly append: (envelopes: readonly Envelope[]) => Promise<void>;
  readonly clusters: SeenClusters;
  /** The sources that this instance takes. */
  readonly sources: readonly Source[];
  /** Of clusters of which nobody said whose they are. */
  readonly tenant: string;
  readonly instance: string;
  /** RFC 3339; see clock.ts. */
  readonly now: () => string;
  /** A heartbeat that could not be appended is lost, which is right: the log cannot be written. */
  readonly onError?: (error: unknown) => void;
  /** Milliseconds, 5,000 where absent. */
  readonly every?: number;
}

export interface Heartbeats {
  /** Resolves when none is under way. */
  stop(): Promise<void>;
}

/** Sends one at once, then regularly; one that is still under way when the next is due stands for both. */
export function startHeartbeats(deps: HeartbeatDeps): Heartbeats {
  let running: Promise<void> | undefined;
  const beat = () => {
    running ??= deps
      .append(heartbeatsOf(deps))
      .catch((error: unknown) => deps.onError?.(error))
      .finally(() => {
        running = undefined;
      });
  };
  beat();
  const timer = setInterval(beat, deps.every ?? 5_000).unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

function heartbeatsOf({ clusters, sources, tenant, instance, now }: HeartbeatDeps): Envelope[] {
  const at = now();
  const items = sources.map((source) => ({ type: 'heartbeat' as const, source, instance }));
  return clusters
    .list()
    .map((of) => ({ schema: 1 as const, tenant, ...of, source: 'heartbeat' as const, instance, at, items }));
}

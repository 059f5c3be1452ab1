// Watches clusters: what they tell is appended as it comes, and they are vouched for while they are heard.
import type { Envelope, MetricFamily, SourceStatus } from '@winnow/contracts';
import type { Checkpoints } from '@winnow/stream';
import type { ApiServer, Discover } from './api-server.ts';
import { type Clock, systemClock } from './clock.ts';
import type { ClusterIngestConfig } from './config.ts';
import { figuresOf } from './figures.ts';
import { followCluster, type RunningCluster } from './follow-cluster.ts';
import type { Logger } from './logger.ts';
import { type Patience, usualPatience } from './patience.ts';
import { statusesOf } from './statuses.ts';

export interface WatchedCluster {
  readonly api: ApiServer;
  readonly discover: Discover;
  /** The source instance in envelopes and heartbeats; that of the configuration where absent. */
  readonly instance?: string;
}

export interface StartClusterIngest {
  readonly clusters: readonly WatchedCluster[];
  readonly tenant: string;
  /** Resolves when the envelopes are durable. What it rejects is tried again, and nothing is read meanwhile. */
  readonly append: (envelopes: readonly Envelope[]) => Promise<void>;
  readonly checkpoints: Checkpoints;
  readonly config: ClusterIngestConfig;
  readonly logger: Logger;
  /** Whether this process is the one that watches a cluster; each where absent. Asked at the start, and by `reassign`. */
  readonly owns?: (cluster: string) => boolean;
  readonly clock?: Clock;
  readonly patience?: Partial<Patience>;
}

export interface ClusterIngest {
  status(): readonly SourceStatus[];
  /** Its own figures and those of the clients that it was given. */
  readMetrics(): readonly MetricFamily[];
  /**
   * Asks `owns` anew: what this process owns from now on is watched from where its watch was saved last, what it does not is left. Resolves
   * when the places of what was left are saved.
   */
  reassign(): Promise<void>;
  /** Resolves when nothing is under way and the places of all watches are saved. The clients stay open: they are the caller's. */
  stop(): Promise<void>;
  /** Rejects where a follower has ended by an error of its own, which nothing can mend. */
  readonly done: Promise<unknown>;
}

/** Returns at once: a cluster that cannot be reached is tried for as long as it takes, and delays no other. */
export function startClusterIngest(options: StartClusterIngest): ClusterIngest {
  const { config, tenant, append, checkpoints, logger: log, owns = () => true, clock = systemClock } = options;
  const patience = { ...usualPatience, ...options.patience };
  const shared = { tenant, append, checkpoints, log, clock, patience, extra: config.WINNOW_WATCH_EXTRA };
  const running = new Map<string, RunningCluster>();
  const ended = Promise.withResolvers<void>();
  // Whoever looks at `done` hears of a failure.
  ended.promise.catch(() => undefined);
  let turn: Promise<void> = Promise.resolve();

  function follow({ api, discover, instance = config.WINNOW_INSTANCE }: WatchedCluster): void {
    const started = followCluster({ ...shared, api, discover, instance });
    started.done.catch(ended.reject);
    running.set(api.name, started);
  }

  /** @param isOwn of a cluster by its name. */
  async function share(isOwn: (cluster: string) => boolean): Promise<void> {
    const left = [...running].filter(([name]) => !isOwn(name));
    for (const [name] of left) running.delete(name);
    for (const cluster of options.clusters)
      if (isOwn(cluster.api.name) && !running.has(cluster.api.name)) follow(cluster);
    await Promise.all(left.map(([, each]) => each.stop()));
  }

  /** One change after the other: a cluster that comes back is not followed twice. */
  function inTurn(change: () => Promise<void>): Promise<void> {
    turn = turn.then(change);
    return turn;
  }

  const views = () => [...running.values()].map(({ view }) => view);
  void share(owns);
  return {
    status: () => views().flatMap((view) => statusesOf(view, clock)),
    readMetrics: () => figuresOf(views(), clock),
    done: ended.promise,
    reassign: () => inTurn(() => share(owns)),
    async stop() {
      // What was counted can still be read.
      await inTurn(async () => void (await Promise.all([...running.values()].map((each) => each.stop()))));
      ended.resolve();
    },
  };
}

// Watches clusters: what they tell is appended as it comes, and they are vouched for while they are heard.
import type { Envelope, MetricFamily, SourceStatus } from '@winnow/contracts';
import type { Checkpoints } from '@winnow/stream';
import type { ApiServer, Discover } from './api-server.ts';
import { type Clock, systemClock } from './clock.ts';
import type { ClusterIngestConfig } from './config.ts';
import { figuresOf } from './figures.ts';
import { followCluster } from './follow-cluster.ts';
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
  /** Whether this process is the one that watches a cluster; each where absent. Asked once, at the start. */
  readonly owns?: (cluster: string) => boolean;
  readonly clock?: Clock;
  readonly patience?: Partial<Patience>;
}

export interface ClusterIngest {
  status(): readonly SourceStatus[];
  /** Its own figures and those of the clients that it was given. */
  readMetrics(): readonly MetricFamily[];
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
  const running = options.clusters
    .filter(({ api }) => owns(api.name))
    .map(({ api, discover, instance = config.WINNOW_INSTANCE }) =>
      followCluster({ ...shared, api, discover, instance }),
    );
  const views = running.map(({ view }) => view);
  return {
    status: () => views.flatMap((view) => statusesOf(view, clock)),
    readMetrics: () => figuresOf(views, clock),
    done: Promise.all(running.map(({ done }) => done)),
    async stop() {
      await Promise.all(running.map((each) => each.stop()));
    },
  };
}

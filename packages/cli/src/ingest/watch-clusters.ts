// The live clusters of `up`: what they tell goes into the flow, where each watch stands is kept in the data directory.
import type { Envelope, ReadMetrics, SourceStatus } from '@winnow/contracts';
import { readClusterIngestConfig, startClusterIngest } from '@winnow/ingest-cluster';
import type { Checkpoints } from '@winnow/stream';
import type { Logger } from '@winnow/telemetry';
import { CommandFailed } from '../failure.ts';
import type { LiveCluster } from '../live/open-clusters.ts';
import type { DrainStep } from '../process/termination.ts';

export interface WatchClusters {
  readonly clusters: readonly LiveCluster[];
  readonly tenant: string;
  readonly checkpoints: Checkpoints;
  /** Which of them this process watches; all where absent. Asked again by `reassign`. */
  readonly owns?: (cluster: string) => boolean;
  /** In envelopes and heartbeats, where it is not that of the settings. */
  readonly instance?: string;
  readonly append: (envelopes: readonly Envelope[]) => Promise<void>;
  readonly env: NodeJS.ProcessEnv;
  readonly logger: Logger;
}

export interface WatchedClusters {
  status(): readonly SourceStatus[];
  readonly readMetrics: ReadMetrics;
  /** Resolves when the clusters that are no longer this process's are left, and their places saved. */
  reassign(): Promise<void>;
  /** Rejects where a watch has ended by an error that nothing can mend. */
  readonly done: Promise<unknown>;
  readonly drainStep: DrainStep;
}

/** Returns at once: a cluster that cannot be reached is tried for as long as it takes. @throws CommandFailed where a setting is wrong. */
export function watchClusters(options: WatchClusters): WatchedClusters {
  const { clusters, tenant, checkpoints, append, owns, instance, env, logger } = options;
  const ingest = startClusterIngest({
    clusters: clusters.map(({ api, discovery }) => ({
      ...{ api, discover: () => discovery.resources() },
      ...(instance !== undefined && { instance }),
    })),
    ...{ tenant, append, checkpoints, logger, ...(owns && { owns }) },
    config: readConfig(env),
  });
  return {
    status: ingest.status,
    readMetrics: ingest.readMetrics,
    reassign: ingest.reassign,
    done: ingest.done,
    drainStep: {
      name: 'watches',
      within: 2_500,
      async run() {
        await ingest.stop();
        await Promise.all(clusters.map(({ api }) => api.close()));
      },
    },
  };
}

function readConfig(env: NodeJS.ProcessEnv): ReturnType<typeof readClusterIngestConfig> {
  try {
    return readClusterIngestConfig(env);
  } catch (error) {
    throw new CommandFailed((error as Error).message, 2, { cause: error });
  }
}

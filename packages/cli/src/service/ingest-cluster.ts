// Clusters are watched by whichever instance owns their partition, and what they tell goes into Kafka. Where each watch stands is in
// Redis, so that the next owner goes on there.
import { partitionOf } from '@winnow/contracts';
import type { OwnedPart } from '@winnow/stream';
import { CommandFailed } from '../failure.ts';
import { lazyCheckpoints } from '../ingest/lazy-checkpoints.ts';
import { type WatchedClusters, watchClusters } from '../ingest/watch-clusters.ts';
import { openClusters } from '../live/open-clusters.ts';
import type { ServiceConfig } from './config.ts';
import { openIntake } from './intake.ts';
import type { ServiceDefinition } from './service.ts';

/**
 * Of all instances: to those who read, the watch of a cluster is one source, whoever keeps it. With a name of each instance the former
 * owner's source would fall silent, and what it had told would turn stale.
 */
const INSTANCE = 'watch';

export const ingestCluster: ServiceDefinition = {
  name: 'ingest-cluster',
  summary: 'watches clusters: the states of their objects, their events',
  figuresOnly: true,
  async start(host) {
    const { env, config, partitions, logger } = host;
    const { limits, run } = openIntake(host);
    const clusters = await openClusters({ ...wanted(config), env });
    const owned = createLingering({
      linger: (config.WINNOW_SESSION_TIMEOUT_SECONDS * 1000) / 2,
      onChange: () => void watched.reassign().catch((error: unknown) => logger.error({ err: error }, 'clusters')),
    });
    const watched = watchClusters({
      ...{ clusters, append: limits.append, env, logger, instance: INSTANCE },
      tenant: config.WINNOW_TENANT,
      checkpoints: lazyCheckpoints(host.checkpoints),
      owns: (cluster) => owned.has(partitionOf(config.WINNOW_TENANT, cluster, partitions)),
    });
    await host.ownPartitions({ start: async (partition) => owned.take(partition) });
    return {
      ...run({
        status: watched.status,
        readMetrics: [watched.readMetrics, () => [ownedClusters(watched, clusters.length)]],
        done: failureOf(watched.done),
        drainSteps: [watched.drainStep],
      }),
      // An instance that owns no cluster appends nothing.
      ready: () => undefined,
    };
  },
};

function wanted({ WINNOW_CONTEXTS: contexts, WINNOW_IN_CLUSTER: inCluster, WINNOW_CLUSTER: name }: ServiceConfig) {
  if (contexts.length === 0 && inCluster !== 'true')
    throw new CommandFailed(
      'no cluster is named: set WINNOW_CONTEXTS to contexts of the kubeconfig, or WINNOW_IN_CLUSTER=true in a pod',
    );
  return { contexts, ...(inCluster === 'true' && { inCluster: { name } }) };
}

interface Lingering {
  has(partition: number): boolean;
  take(partition: number): OwnedPart;
}

interface LingeringOptions {
  /**
   * Milliseconds for which a cluster is still watched that was taken away: a group shares out everything anew when anybody comes or goes,
   * and mostly as before. Two may watch meanwhile; what both tell is known by its version.
   */
  readonly linger: number;
  /** Told when something has been taken, or let go at last. */
  readonly onChange: () => void;
}

function createLingering({ linger, onChange }: LingeringOptions): Lingering {
  /** How often each is held: a partition that comes back is held once more before it is let go. */
  const held = new Map<number, number>();
  const hold = (partition: number, more: number) => {
    const count = (held.get(partition) ?? 0) + more;
    if (count > 0) held.set(partition, count);
    else held.delete(partition);
    onChange();
  };
  return {
    has: (partition) => held.has(partition),
    take(partition) {
      hold(partition, 1);
      return {
        done: new Promise(() => undefined),
        async close() {
          setTimeout(() => hold(partition, -1), linger).unref();
        },
      };
    },
  };
}

function ownedClusters(watched: WatchedClusters, all: number) {
  const mine = new Set(watched.status().map(({ cluster }) => cluster)).size;
  const sample = (state: string, value: number) => ({ labels: { state }, value });
  return {
    name: 'winnow_clusters_watched',
    type: 'gauge' as const,
    help: 'Clusters that this process watches, and that it leaves to other instances.',
    samples: [sample('watched', mine), sample('others', all - mine)],
  };
}

/** Never resolves: that watches end is part of every stop. */
async function failureOf(done: Promise<unknown>): Promise<never> {
  await done;
  return new Promise(() => undefined);
}

// Edges as arrivals: one envelope, or a few, for each cluster.
import { createItemPacker, type DependencyItem, type Envelope } from '@winnow/contracts';
import type { ToldEdge } from './core.ts';

/** What all live sources of this service are started with. */
export interface SourceOptions {
  readonly tenant: string;
  /** Names the source in heartbeats; the same after a restart. */
  readonly instance: string;
  /** Of what names none. */
  readonly cluster: string;
  /** Resolves when all are durable. @throws LogUnavailable */
  readonly append: (envelopes: readonly Envelope[]) => Promise<void>;
  /** The intake's clock: RFC 3339, never going back. */
  readonly now: () => string;
  readonly onError?: (error: unknown) => void;
}

export async function tellEdges(options: SourceOptions, edges: readonly ToldEdge[]): Promise<void> {
  const { tenant, instance, append, now } = options;
  const byCluster = new Map<string, DependencyItem[]>();
  for (const { cluster, item } of edges) {
    const name = cluster || options.cluster;
    byCluster.set(name, [...(byCluster.get(name) ?? []), item]);
  }
  for (const [cluster, items] of byCluster) {
    const packer = createItemPacker();
    for (const item of items) packer.add(item, 'an edge');
    const at = now();
    const head = { schema: 1 as const, tenant, cluster, source: 'dependency' as const, instance, at };
    for (const list of packer.lists()) await append([{ ...head, items: list }]);
  }
}

/** That this source is heard now, for each of its clusters. */
export async function tellHeard(options: SourceOptions, clusters: Iterable<string>): Promise<void> {
  const { tenant, instance, append, now } = options;
  const at = now();
  const items = [{ type: 'heartbeat' as const, source: 'dependency', instance }];
  const head = { schema: 1 as const, tenant, source: 'heartbeat' as const, instance, at, items };
  await append([...clusters].map((cluster) => ({ ...head, cluster })));
}

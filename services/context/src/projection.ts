// What the log tells of each cluster, kept for look-ups: objects, declared calls, changes, events, recorded look-ups.
// Decisions never read it; only workers do, and their answers are records.
import {
  type Change,
  type Envelope,
  type EventItem,
  entityKey,
  type Inventory,
  type Item,
  known,
  type LookupItem,
  type SignalRecord,
  type TopicName,
  topics,
} from '@winnow/contracts';
import { type EventLog, inShares, type LogRecord, type Subscription } from '@winnow/stream';
import { type ClusterObjects, createClusterObjects } from './cluster-objects.ts';
import { createRecent, type Recent } from './recent.ts';

const CHANGES_KEPT = 20_000;
const EVENTS_KEPT_PER_NAMESPACE = 500;
const LOOKUPS_KEPT = 2_000;

/** What is known of one cluster. */
export interface ClusterProjection {
  readonly objects: ClusterObjects;
  readonly changes: Recent<Change>;
  readonly events: ReadonlyMap<string, Recent<EventItem>>;
  readonly recorded: Recent<LookupItem>;
  /** The latest arrival; empty where none was seen. */
  readonly heardAt: string;
  /** True where a source of events has been heard: no event is then a fact. */
  readonly hearsEvents: boolean;
  /** True where somebody tells of changes: that there was none is then a fact. A snapshot of a cluster tells of none. */
  readonly hearsChanges: boolean;
}

export interface Projection {
  apply(record: LogRecord): void;
  cluster(tenant: string, cluster: string): ClusterProjection | undefined;
}

interface Mutable extends ClusterProjection {
  readonly events: Map<string, Recent<EventItem>>;
  heardAt: string;
  hearsEvents: boolean;
  hearsChanges: boolean;
}

/** The topics that the projection is folded from. */
export const projectedTopics: readonly TopicName[] = [
  topics.inventory.name,
  topics.changes.name,
  topics.signals.name,
  topics.observations.name,
];

export function createProjection(): Projection {
  const clusters = new Map<string, Mutable>();

  function of(record: { readonly tenant: string; readonly cluster: string }): Mutable {
    const key = `${record.tenant}/${record.cluster}`;
    const known = clusters.get(key) ?? emptyCluster();
    clusters.set(key, known);
    return known;
  }

  function apply({ topic, value, key }: LogRecord): void {
    if (value === null || typeof value !== 'object') return;
    if (topic === topics.inventory.name) applyInventory(of(value as Inventory), value as Inventory);
    if (topic === topics.changes.name) of(value as Change).changes.set((value as Change).id ?? key, value as Change);
    if (topic === topics.signals.name) applySignal(of(value as SignalRecord), value as SignalRecord);
    if (topic === topics.observations.name) applyObservation(of(value as Envelope), value as Envelope);
  }

  return { apply, cluster: (tenant, cluster) => clusters.get(`${tenant}/${cluster}`) };
}

export interface FollowedProjection {
  /** Resolves when what the log held at the start has been read. */
  readonly caughtUp: Promise<void>;
  /** Rejects where the log cannot be followed. */
  readonly done: Promise<void>;
  close(): Promise<void>;
}

/** Follows the log from its beginning. @throws LogUnavailable */
export async function followProjection(
  projection: Projection,
  log: EventLog,
  partition: number,
): Promise<FollowedProjection> {
  const topicsRead = await Promise.all(
    projectedTopics.map(async (topic) =>
      followTopic(projection, log, { topic, partition, end: await log.end(topic, partition) }),
    ),
  );
  return {
    caughtUp: Promise.all(topicsRead.map((each) => each.caughtUp)).then(() => undefined),
    done: Promise.race(topicsRead.map((each) => each.subscription.done)),
    async close() {
      await Promise.all(topicsRead.map((each) => each.subscription.close()));
    },
  };
}

/** Milliseconds without a record after which the rest of what the log held is taken to be gone: retention may have taken all of it. */
const QUIET = 5_000;

function followTopic(
  projection: Projection,
  log: EventLog,
  { topic, partition, end }: { readonly topic: TopicName; readonly partition: number; readonly end: number },
): { readonly subscription: Subscription; readonly caughtUp: Promise<void> } {
  const { promise: caughtUp, resolve } = Promise.withResolvers<void>();
  let quiet = setTimeout(resolve, end === 0 ? 0 : QUIET).unref();
  const subscription = log.subscribe({ topic, partition, from: 0 }, async (batch) => {
    clearTimeout(quiet);
    await inShares(batch, projection.apply);
    if ((batch.at(-1)?.offset ?? 0) >= end - 1) resolve();
    else quiet = setTimeout(resolve, QUIET).unref();
  });
  return { subscription, caughtUp };
}

function emptyCluster(): Mutable {
  return {
    objects: createClusterObjects(),
    changes: createRecent(CHANGES_KEPT),
    events: new Map(),
    recorded: createRecent(LOOKUPS_KEPT),
    heardAt: '',
    hearsEvents: false,
    hearsChanges: false,
  };
}

function applyInventory(cluster: Mutable, { entity, object, owner }: Inventory): void {
  if (object) cluster.objects.put(object, owner);
  else cluster.objects.drop(entity);
}

function applySignal(cluster: Mutable, record: SignalRecord): void {
  if (record.type !== 'dependency') return;
  const { from, to, gone, errorRatio, latencyMs } = record;
  if (gone) cluster.objects.undeclare(from, to);
  else cluster.objects.declare(from, to, known({ errorRatio, latencyMs }));
}

function applyObservation(cluster: Mutable, envelope: Envelope): void {
  if (envelope.at > cluster.heardAt) cluster.heardAt = envelope.at;
  for (const item of envelope.items) applyItem(cluster, item);
}

function applyItem(cluster: Mutable, item: Item): void {
  if (item.type === 'event') noteEvent(cluster, item);
  if (item.type === 'heartbeat' && item.source === 'kubernetes.event') cluster.hearsEvents = true;
  if (tellsOfChanges(item)) cluster.hearsChanges = true;
  if (item.type === 'lookup') cluster.recorded.set(`${item.kind} ${JSON.stringify(item.arguments)}`, item);
}

/** Audit, a person's word, or a watch that has seen an object change. */
function tellsOfChanges(item: Item): boolean {
  if (item.type === 'heartbeat') return item.source === 'audit.event';
  return item.type === 'audit' || item.type === 'change' || (item.type === 'object' && item.change !== 'ADDED');
}

function noteEvent(cluster: Mutable, event: EventItem): void {
  cluster.hearsEvents = true;
  // Its removal is the end of its time to live, not of what it told.
  if (event.deleted) return;
  const namespace = event.regarding.namespace ?? 'default';
  const recent = cluster.events.get(namespace) ?? createRecent<EventItem>(EVENTS_KEPT_PER_NAMESPACE);
  cluster.events.set(namespace, recent);
  recent.set(event.uid ?? `${entityKey(event.regarding)} ${event.reason} ${event.message}`, event);
}

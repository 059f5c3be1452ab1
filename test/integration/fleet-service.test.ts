// The fleet on real Kafka and Redis: clusters of several partitions, one fleet incident in the partition of their tenant, and a take-over.
import { type FleetIncident, type Incident, partitionOf, partitionOfTenant, topics } from '@winnow/contracts';
import { startFleet, startFleetFeed } from '@winnow/fleet';
import { applyTopics, type KafkaLog } from '@winnow/kafka';
import { openRedis, readRedisConfig } from '@winnow/redis';
import type { NewRecord, RunningStage, StateStore } from '@winnow/stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Kafka, missingServer, type RunningServer, startKafka, startRedis, until } from '../servers/index.ts';
import { openLog, topicSettings, withAdmin } from './kafka-fixtures/logs.ts';

const PARTITIONS = 4;
const tenant = 'acme';
const clusters = ['a', 'b', 'c', 'd', 'e', 'f'];
const image = 'registry.example.com/shop/cart:2';

function revisionOf(cluster: string, over: Partial<Incident> = {}): NewRecord {
  const at = '2026-03-08T12:00:00.000Z';
  const signal: Incident['members'][number]['signal'] = {
    ...{ id: `sig-${cluster}`, entity: { kind: 'Deployment', namespace: 'shop', name: 'cart' }, subjects: [] },
    ...{
      symptom: 'image-pull',
      reason: 'ErrImagePull',
      severity: 'high',
      sources: [],
      messages: [`${image}: not found`],
    },
    ...{ count: 1, firstSeen: at, lastSeen: at, attributes: { image }, status: 'open', observations: [], why: '' },
  };
  const value: Incident = {
    ...{ schema: 1, id: `inc-${cluster}`, tenant, cluster, revision: 1, status: 'open', severity: 'high' },
    ...{ openedAt: at, updatedAt: at, roots: [], ready: false, traceId: '0'.repeat(32) },
    members: [{ signal, why: { rule: 'opened', score: 1, path: [] } }],
    ...over,
  };
  const partition = partitionOf(tenant, cluster, PARTITIONS);
  return { topic: topics.incidents.name, partition, key: value.id, headers: {}, value };
}

describe.skipIf(missingServer('kafka') || missingServer('redis'))('the fleet on Kafka and Redis', () => {
  let kafka: Kafka;
  let redis: RunningServer;
  let log: KafkaLog;
  let opened: Awaited<ReturnType<typeof openRedis>>;
  let store: StateStore;
  const told: FleetIncident[] = [];
  beforeAll(async () => {
    [kafka, redis] = await Promise.all([startKafka(), startRedis()]);
    log = openLog(kafka.broker);
    await withAdmin(log, (admin) => applyTopics(admin, { ...topicSettings, partitions: PARTITIONS }));
    opened = await openRedis(readRedisConfig({ WINNOW_REDIS_URL: redis.url }));
    store = opened.store;
    const partition = partitionOfTenant(tenant, PARTITIONS);
    log.subscribe({ topic: topics.fleetIncidents.name, partition, from: 0 }, async (batch) => {
      told.push(...batch.map(({ value }) => value as FleetIncident));
    });
  });
  afterAll(async () => {
    await log?.close();
    await opened?.close();
    await Promise.all([kafka?.stop(), redis?.stop()]);
  });

  /** As `winnow service fleet` does for each partition that is its own. */
  async function own() {
    const parts: RunningStage[] = [];
    for (let partition = 0; partition < PARTITIONS; partition++) {
      parts.push(await startFleet({ log, store, partition }));
      parts.push(await startFleetFeed({ log, store, partition, partitions: PARTITIONS }));
    }
    return { close: () => Promise.all(parts.map((part) => part.close())), parts };
  }
  const clustersTold = () =>
    told
      .at(-1)
      ?.members.map(({ cluster }) => cluster)
      .sort();

  it('links clusters of several partitions under one id, and goes on under it where another takes over', async () => {
    expect(new Set(clusters.map((cluster) => partitionOf(tenant, cluster, PARTITIONS))).size).toBeGreaterThan(1);
    const first = await own();
    await log.append(clusters.slice(0, 3).map((cluster) => revisionOf(cluster)));
    await until(
      () => clustersTold()?.length === 3,
      () => 'three clusters are linked',
    );

    // The former owner is fenced off while it lives.
    for (const { done } of first.parts) done.catch(() => undefined);
    const second = await own();
    await log.append(clusters.slice(3).map((cluster) => revisionOf(cluster)));
    await until(
      () => clustersTold()?.length === 6,
      () => 'all clusters are linked',
    );
    const over = { status: 'resolved', closedBy: 'recovered', revision: 2 } as const;
    await log.append(clusters.map((cluster) => revisionOf(cluster, over)));
    await until(
      () => told.at(-1)?.status === 'resolved',
      () => 'it is over',
    );
    await first.close();
    await second.close();

    expect(new Set(told.map(({ id }) => id)).size).toBe(1);
    expect(told.at(-1)).toMatchObject({ tenant, clusters: 6, closedBy: 'recovered' });
    const revisions = told.map(({ revision }) => revision);
    expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
  });
});

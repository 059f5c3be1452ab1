// Several instances that take alerts: each vouches for what any has heard of, and none answers 200 for what Kafka has not taken.
import type { KafkaLog } from '@winnow/kafka';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Servers, startServers } from '../chaos/servers.ts';
import { missingServer, until } from '../servers/index.ts';
import { type Arrivals, followArrivals } from './ingest-fixtures/arrivals.ts';
import { type Instance, startInstance } from './ingest-fixtures/instance.ts';

const PARTITIONS = 2;

describe.skipIf(missingServer('kafka') ?? missingServer('redis'))('given two processes that take alerts', () => {
  let servers: Servers;
  let log: KafkaLog;
  let arrivals: Arrivals;
  let one: Instance;
  let other: Instance;

  beforeAll(async () => {
    servers = await startServers(PARTITIONS);
    log = servers.openLog();
    arrivals = followArrivals(log, PARTITIONS);
    [one, other] = (await Promise.all(
      ['one', 'other'].map((name) => startInstance('ingest-alerts', { ...servers.env, WINNOW_INSTANCE: name })),
    )) as [Instance, Instance];
  });
  afterAll(async () => {
    await Promise.all([one?.kill(), other?.kill()]);
    await arrivals?.close();
    await log?.close();
    await servers?.stop();
  });

  const post = (to: Instance, path: string, body: object) =>
    fetch(`${to.url}${path}`, { method: 'POST', body: JSON.stringify(body), signal: AbortSignal.timeout(120_000) });
  const alert = (cluster: string, alertname = 'KubePodCrashLooping') => ({
    labels: { alertname, cluster, namespace: 'shop', severity: 'critical' },
  });
  const beatsOf = (cluster: string) => arrivals.of(cluster).filter(({ source }) => source === 'heartbeat').length;

  it('when one has heard of a cluster and is killed, then the other vouches for it on, under the same name', async () => {
    expect((await post(one, '/api/v2/alerts', [alert('edge')])).status).toBe(200);
    expect((await post(other, '/clusters/edge-2/webhooks/alertmanager', { version: '4', alerts: [] })).status).toBe(
      200,
    );
    await until(
      async () => JSON.stringify(await (await fetch(`${one.url}/api/v1/sources`)).json()).includes('edge'),
      () => 'the sender among the sources',
    );
    // What the other one has learnt lies in Redis by then, or is learnt from it at its start.
    await until(
      () => beatsOf('edge') >= 4,
      () => `heartbeats of both: ${beatsOf('edge')}`,
    );
    await one.kill();
    const before = beatsOf('edge');
    await until(
      () => beatsOf('edge') >= before + 2,
      () => 'heartbeats of the one that is left',
    );
    expect(new Set(arrivals.list.map(({ instance }) => instance))).toEqual(new Set(['intake']));
    expect(arrivals.of('edge').flatMap(({ items }) => items.filter(({ type }) => type === 'alert'))).toHaveLength(1);
  });

  it('when Kafka is away, then alerts are refused with 503 and a time, and taken once it is back', async () => {
    await servers.kafka.kill();
    const refused = await post(other, '/api/v2/alerts', [alert('edge', 'Refused')]);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await other.figure('winnow_refused_total{source="alertmanager.alerts",code="503"}')).toBe(1);
    await until(
      async () => (await fetch(`${other.url}/-/ready`)).status === 503,
      () => 'not ready',
    );
    await servers.kafka.start();
    await until(
      async () => (await post(other, '/api/v2/alerts', [alert('edge', 'Taken')])).status === 200,
      () => 'it takes again',
    );
    await until(
      () => JSON.stringify(arrivals.of('edge')).includes('Taken'),
      () => 'the alert in the log',
    );
  });
});

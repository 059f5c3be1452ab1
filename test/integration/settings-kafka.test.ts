// `winnow config check --connect`, `winnow topics` and `winnow ledger` on a real broker and a real Redis, as an operator uses them.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { partitionOf, topicNames, topics } from '@winnow/contracts';
import { type KafkaLog, openKafkaLog, readKafkaConfig } from '@winnow/kafka';
import { openRedis, readRedisConfig } from '@winnow/redis';
import type { Claim, NewRecord, Offsets } from '@winnow/stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkServers } from '../../packages/cli/src/settings/connect.ts';
import { applyWanted } from '../../packages/cli/src/topics/apply-topics.ts';
import { type Kafka, missingServer, type RunningServer, startKafka, startRedis, until } from '../servers/index.ts';
import { findCommand, run } from '../servers/obtain/run.ts';
import { obtain } from '../servers/obtain/sources.ts';

const main = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));
const small = { replicationFactor: '1', minInsyncReplicas: '1' };
const observations = topics.observations.name;

describe.skipIf(missingServer('kafka') || missingServer('redis'))('an operator at Kafka and Redis', () => {
  let kafka: Kafka;
  let redis: RunningServer;
  let env: Record<string, string>;
  let log: KafkaLog;
  beforeAll(async () => {
    [kafka, redis] = await Promise.all([startKafka(), startRedis()]);
    env = { WINNOW_KAFKA_BROKERS: kafka.broker, WINNOW_REDIS_URL: redis.url };
    log = openKafkaLog(readKafkaConfig(env));
  });
  afterAll(async () => {
    await log?.close();
    await Promise.all([kafka?.stop(), redis?.stop()]);
  });

  const winnow = (settings: Record<string, string>, ...args: readonly string[]) => {
    const child = spawn(process.execPath, [main, ...args], {
      // Settings of whoever runs the tests are not part of them.
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env, ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const texts = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => (texts.stdout += chunk));
    child.stderr.on('data', (chunk) => (texts.stderr += chunk));
    const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
      child.on('close', (code) => resolve({ code, ...texts })),
    );
    return { child, ended, texts };
  };

  it('given a broker without topics, when it is checked, then they are missing; more replicas than brokers are refused', async () => {
    const [checked, refused] = await Promise.all([
      winnow({}, 'config', 'check', 'signals', '--connect').ended,
      winnow({}, 'topics', 'apply').ended,
    ]);
    expect(checked.code).toBe(2);
    expect(checked.stdout).toContain('winnow.observations, winnow.signals, ');
    expect(checked.stdout).toContain('are missing: `winnow topics apply` makes them');
    expect(checked.stdout).toContain(`Redis at ${new URL(redis.url).host} answers`);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/replication factor of 3 is wanted, and there is 1 broker: add brokers, or/);
  });

  it('given what is wanted, when it is tried out, then nothing is made; when it is applied, then all are as wanted', async () => {
    const planned = await applyWanted({ ...small, partitions: '2', dryRun: true }, env);
    expect(planned.map(({ topic, status }) => `${topic} ${status}`)).toEqual(
      topicNames.map((name) => `${name} missing`),
    );
    const args = ['--partitions', '2', '--replication-factor', '1', '--min-insync-replicas', '1'];
    const applied = await winnow({}, 'topics', 'apply', ...args).ended;
    expect(applied).toMatchObject({ code: 0, stderr: '' });
    expect(applied.stdout.match(/ created$/gm)).toHaveLength(topicNames.length);
    const again = await applyWanted({ ...small, partitions: '2' }, env);
    expect(again.every(({ status, partitions }) => status === 'verified' && partitions === 2)).toBe(true);
    expect(await checkServers('signals', env)).toMatchObject([
      { server: 'kafka', problems: [], found: [expect.stringContaining('2 partitions each')] },
      { server: 'redis', problems: [] },
    ]);
  });

  it('given topics, when another number of partitions is asked for, then it is refused and says what to do', async () => {
    const refused = await winnow({}, 'topics', 'apply', '--partitions', '3').ended;
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/3 partitions are wanted, and winnow\.observations has 2.*To do: apply with/);
  });

  it('given a topic that differs, when the command that is printed is run, then it is as wanted', async () => {
    const wanted = { ...env, WINNOW_KAFKA_PARTITIONS: '2', WINNOW_KAFKA_RETENTION_HOURS: '1' };
    const differing = await applyWanted(small, wanted);
    const difference = differing.find(({ topic }) => topic === observations)?.differences[0];
    expect(difference?.what).toBe('retention.ms is 604800000, wanted 3600000');
    const [script, ...args] = difference?.mend.split(' ') ?? [];
    expect(script).toBe('kafka-configs.sh');
    const jars = join(await obtain('kafka'), '*');
    await run(findCommand('java') ?? 'java', ['-cp', jars, 'kafka.admin.ConfigCommand', ...args]);
    const mended = await applyWanted(small, wanted);
    expect(mended.find(({ topic }) => topic === observations)?.status).toBe('verified');
  });

  const arrival = (cluster: string, items: number): NewRecord => ({
    topic: observations,
    partition: partitionOf('default', cluster, 2),
    key: cluster,
    headers: {},
    value: { source: 'alertmanager.alerts', cluster, items: new Array(items).fill({ type: 'alert' }) },
  });
  const [one, other] = ['a', 'b', 'c', 'd', 'e'].reduce<[string?, string?]>((found, cluster) => {
    found[partitionOf('default', cluster, 2)] ??= cluster;
    return found;
  }, []) as [string, string];

  it('given arrivals of which some are decided, when the ledger is read, then the others are pending and the owner owns on', async () => {
    // By a prefix of its own nothing is committed yet, and what was there before counts as decided.
    const prefix = randomUUID();
    const { store, close } = await openRedis(readRedisConfig({ ...env, WINNOW_REDIS_PREFIX: prefix }));
    const commit = (claim: Claim, from: Offsets, to: number, count: number) =>
      store.commit(claim, {
        ...{ from, to: { [observations]: to }, version: 1, seq: 0 },
        ...{ delta: new Uint8Array(), snapshots: [], outgoing: [] },
        ledger: [{ source: 'alertmanager.alerts', outcome: 'deduplicated', reason: '', count }],
      });
    const [zero, first] = await Promise.all([0, 1].map((partition) => log.end(observations, partition)));
    const claims = await Promise.all([0, 1].map((partition) => store.claim('signals', partition)));
    const [owner, neighbour] = claims as [Claim, Claim];
    await commit(neighbour, {}, first as number, 20);
    await log.append([arrival(one, 3), arrival(one, 4), arrival(other, 5)]);
    const to = (zero as number) + 1;
    expect(await commit(owner, {}, to, 3)).toBe('committed');
    const { code, stdout } = await winnow({ WINNOW_REDIS_PREFIX: prefix }, 'ledger', '--json').ended;
    expect(code).toBe(0);
    const { sources } = JSON.parse(stdout);
    expect(sources['alertmanager.alerts']).toMatchObject({ received: 23, deduplicated: 23, pending: 9 });
    expect(await commit(owner, { [observations]: to }, to + 1, 7)).toBe('committed');
    await close();
  });

  it('given records of two partitions, when they are listed and tailed, then the newest of both are told as they came', async () => {
    await log.append([arrival(one, 1), arrival(other, 1)]);
    const [zero, first] = await Promise.all([0, 1].map((partition) => log.end(observations, partition)));
    const listed = await winnow({}, 'topics', 'ls', 'observations').ended;
    expect(listed.stdout.split('\n').map((line) => line.trim().split(/ +/))).toEqual([
      ['partition', 'records', 'first', 'offset', 'next', 'offset'],
      ['0', `${zero}`, '0', `${zero}`],
      ['1', `${first}`, '0', `${first}`],
      [''],
    ]);
    const following = winnow({}, 'topics', 'tail', '-f', '-n', '2', 'winnow.observations');
    const told = () =>
      following.texts.stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line));
    await until(
      () => told().length === 2,
      () => `two records: ${following.texts.stdout}${following.texts.stderr}`,
    );
    await log.append([arrival(other, 1)]);
    await until(
      () => told().length === 3,
      () => `a third record: ${following.texts.stdout}${following.texts.stderr}`,
    );
    following.child.kill('SIGINT');
    expect((await following.ended).code).toBe(0);
    expect(told()[2]).toMatchObject({
      partition: 1,
      offset: first,
      key: other,
      at: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    expect([told()[0].key, told()[1].key].sort()).toEqual([one, other].sort());
  });
});

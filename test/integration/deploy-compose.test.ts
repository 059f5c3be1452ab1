// docker-compose.yml: read by the real docker-compose, which needs no engine for that; what it starts is tried where that is possible.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { openAccess } from '@winnow/http-auth';
import { openRedis, readRedisConfig } from '@winnow/redis';
import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missingServer, startRedis, temporaryFolder } from '../servers/index.ts';
import { type Composed, isWinnow, readCompose, winnowsOf } from './deploy-fixtures/compose.ts';
import { redisArguments } from './deploy-fixtures/redis-arguments.ts';
import { inRepository } from './deploy-fixtures/repository.ts';

describe.skipIf(missingServer('docker-compose'))('given docker-compose.yml', () => {
  let composed: Composed;
  const all = () => Object.entries(composed.services);
  const namesOf = (entries: readonly (readonly [string, unknown])[]) => entries.map(([name]) => name).sort();

  beforeAll(async () => {
    composed = await readCompose();
  });

  test('when ports are looked at, then all are of the loopback address, and no two are the same', () => {
    const ports = all().flatMap(([, { ports = [] }]) => ports);
    expect(ports.length).toBeGreaterThan(3);
    expect(ports.filter(({ host_ip }) => host_ip !== '127.0.0.1')).toEqual([]);
    expect(new Set(ports.map(({ published }) => published)).size).toBe(ports.length);
  });

  test('when what asks for no password is looked at, then it is on a network that leads nowhere', () => {
    expect(composed.networks.inside?.internal).toBe(true);
    for (const name of ['kafka', 'redis', 'qdrant', 'tempo', 'collector']) {
      expect(Object.keys(composed.services[name]?.networks ?? {})).toEqual(['inside']);
    }
  });

  test('when limits are looked at, then none has capabilities, all have an end to their memory, and all but Kafka a file system that is read-only', () => {
    const servers = all().filter(([, { restart }]) => restart === 'unless-stopped');
    expect(namesOf(all().filter(([, { restart }]) => restart !== 'unless-stopped'))).toEqual(['credentials', 'topics']);
    expect(namesOf(all().filter(([, { cap_drop }]) => cap_drop?.[0] !== 'ALL'))).toEqual([]);
    expect(namesOf(all().filter(([, { security_opt }]) => !security_opt?.includes('no-new-privileges:true')))).toEqual(
      [],
    );
    expect(namesOf(all().filter(([, { read_only }]) => !read_only))).toEqual(['kafka']);
    expect(namesOf(servers.filter(([, { deploy }]) => !deploy?.resources?.limits?.memory))).toEqual([]);
  });

  test('when health is looked at, then each process is asked, and who cannot be asked is asked from beside', () => {
    const notAsked = all().filter(([, { healthcheck }]) => !healthcheck?.test || healthcheck.disable);
    expect(namesOf(notAsked)).toEqual(['collector', 'credentials', 'tempo', 'topics']);
    const beside = composed.services['telemetry-health']?.healthcheck?.test?.join(' ') ?? '';
    for (const name of ['collector', 'tempo']) expect(beside).toContain(`http://${name}:`);
  });

  test('when each is started after what it needs, then Winnow waits for its topics and its store', () => {
    for (const [name, { depends_on: after, command }] of winnowsOf(composed)) {
      if (command?.[0] !== 'service') continue;
      expect([name, after?.topics?.condition, after?.redis?.condition]).toEqual([
        name,
        'service_completed_successfully',
        'service_healthy',
      ]);
    }
    expect(composed.services.topics?.depends_on?.kafka?.condition).toBe('service_healthy');
  });

  test('when files are mounted, then they are in the repository', () => {
    const sources = all().flatMap(([, { volumes = [] }]) =>
      volumes.flatMap(({ type, source }) => (type === 'bind' ? [source] : [])),
    );
    expect(sources.length).toBeGreaterThan(5);
    expect(sources.filter((source) => !existsSync(source))).toEqual([]);
  });

  test('when images are looked at, then those of others have a version', () => {
    const others = all().filter(([, service]) => !isWinnow(service));
    expect(others.filter(([, { image }]) => !/:v?\d+\.\d+\.\d+/.test(image))).toEqual([]);
  });

  test('when a kubeconfig is named, then it is what those who look into clusters get', async () => {
    const given = await readCompose({ WINNOW_KUBECONFIG: '/home/me/.kube/config', WINNOW_CONTEXTS: 'a,b' });
    for (const name of ['ingest-cluster', 'context']) {
      const { volumes, environment } = given.services[name] ?? {};
      expect(volumes?.map(({ source }) => source)).toContain('/home/me/.kube/config');
      expect(environment?.WINNOW_CONTEXTS).toBe('a,b');
    }
  });

  test('when Winnow is told to stop, then it is given more time than it takes for itself', () => {
    for (const [, { stop_grace_period: period = '', environment = {} }] of winnowsOf(composed)) {
      const grace = Number(environment.WINNOW_SHUTDOWN_GRACE_SECONDS ?? 0);
      expect(Number.parseInt(period, 10)).toBeGreaterThan(grace);
    }
  });
});

describe('given the credentials that are drawn at the first start', () => {
  const folder = temporaryFolder('credentials');
  afterAll(() => folder.remove());

  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, [inRepository('infra/compose/credentials.ts'), ...args], {
      encoding: 'utf8',
      env: { ...process.env, CREDENTIALS: folder.path },
    });
  const show = (name: string) => run('show', name).stdout.trim();

  test('when they are drawn twice, then they are what they were, and Winnow holds digests alone', () => {
    expect(run('draw')).toMatchObject({ status: 0, stderr: '' });
    const before = readFileSync(folder.file('winnow/auth.yaml'), 'utf8');
    expect(run('draw').status).toBe(0);
    expect(readFileSync(folder.file('winnow/auth.yaml'), 'utf8')).toBe(before);
    for (const name of ['operator', 'sender', 'metrics', 'grafana']) expect(before).not.toContain(show(name));
    expect(new Set(readdirSync(folder.file('people')).map(show)).size).toBe(2);
    expect(run('show', 'nobody').status).toBe(2);
  });

  test('when others show them, then each may do what it is for, and no more', async () => {
    run('draw');
    const access = openAccess({ config: { WINNOW_AUTH_FILE: folder.file('winnow/auth.yaml') } });
    const fastify = Fastify();
    access.guard(fastify);
    for (const path of ['/metrics', '/api/v1/incidents']) fastify.get(path, () => 'ok');
    fastify.post('/api/v2/alerts', () => 'ok');
    const ask = async (authorization: string) => {
      const headers = { authorization };
      const get = async (url: string) => (await fastify.inject({ url, headers })).statusCode;
      const post = async (url: string) => (await fastify.inject({ url, headers, method: 'POST' })).statusCode;
      return [await get('/metrics'), await get('/api/v1/incidents'), await post('/api/v2/alerts')];
    };
    const basic = Buffer.from(`grafana:${show('grafana')}`).toString('base64');
    expect({
      operator: await ask(`Bearer ${show('operator')}`),
      sender: await ask(`Bearer ${show('sender')}`),
      metrics: await ask(`Bearer ${show('metrics')}`),
      prometheus: await ask(`Bearer ${show('prometheus')}`),
      grafana: await ask(`Basic ${basic}`),
      nobody: await ask('Bearer nobody'),
    }).toEqual({
      operator: [200, 200, 403],
      sender: [403, 403, 200],
      metrics: [200, 403, 403],
      prometheus: [403, 403, 200],
      grafana: [200, 200, 403],
      nobody: [401, 401, 401],
    });
    access.stop();
    await fastify.close();
  });

  test('when one is lost, then it alone is drawn anew', () => {
    run('draw');
    const [operator, sender] = [show('operator'), show('sender')];
    rmSync(folder.file('people/sender'));
    run('draw');
    expect(show('operator')).toBe(operator);
    expect(show('sender')).not.toBe(sender);
    expect(statSync(folder.file('people/sender')).mode & 0o777).toBe(0o444);
  });
});

describe.skipIf(missingServer('redis'))('given the configuration of Redis', () => {
  test('when a real Redis is started with it, then Winnow finds no weakness in it', async () => {
    const redis = await startRedis({ args: redisArguments() });
    const { weaknesses, close } = await openRedis(readRedisConfig({ WINNOW_REDIS_URL: redis.url }));
    await close();
    await redis.stop();
    expect(weaknesses).toEqual([]);
  });
});

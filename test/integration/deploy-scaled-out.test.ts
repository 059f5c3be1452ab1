// What `docker compose up` starts, as processes: each service with its arguments and settings, from the files of the image, on a real
// Kafka and a real Redis that are set as there. Only addresses and paths are others.
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  freePort,
  type Kafka,
  missingServer,
  startKafka,
  startRedis,
  temporaryFolder,
  until,
} from '../servers/index.ts';
import type { RunningProcess } from '../servers/process/start-process.ts';
import type { RunningServer } from '../servers/running-server.ts';
import { type ComposeService, readCompose, winnowsOf } from './deploy-fixtures/compose.ts';
import { type Container, openContainer } from './deploy-fixtures/container.ts';
import { redisArguments } from './deploy-fixtures/redis-arguments.ts';
import { inRepository } from './deploy-fixtures/repository.ts';

const missing = missingServer('docker-compose') ?? missingServer('kafka') ?? missingServer('redis');

/** Addresses and paths are those of the test. */
const isPlace = (name: string) => /LISTENER|LOG_DIRS|QUORUM|HEAP/.test(name);

/** As the image of Kafka makes lines of `server.properties` of its environment. */
const propertiesOf = ({ environment = {} }: ComposeService) =>
  Object.fromEntries(
    Object.entries(environment)
      .filter(([name]) => name.startsWith('KAFKA_') && !isPlace(name))
      .map(([name, value]) => [name.slice('KAFKA_'.length).toLowerCase().replaceAll('_', '.'), value]),
  );

describe.skipIf(missing)('given what docker-compose.yml starts', () => {
  const credentials = temporaryFolder('credentials');
  const started = new Map<string, { readonly running: RunningProcess; readonly url: string }>();
  let [container, kafka, redis]: [Container?, Kafka?, RunningServer?] = [];
  let services: [string, ComposeService][] = [];

  const token = (place: string) => readFileSync(credentials.file(place), 'utf8');
  const urlOf = (name: string, path: string) => `${started.get(name)?.url}${path}`;
  const ask = (name: string, path: string, bearer: string, init: RequestInit = {}) =>
    fetch(urlOf(name, path), { ...init, headers: { authorization: `Bearer ${bearer}`, ...init.headers } });

  /** The settings of a container, with the addresses and paths of this test. */
  const settingsOf = ({ environment = {} }: ComposeService, listen: string) => ({
    ...environment,
    WINNOW_KAFKA_BROKERS: kafka?.broker ?? '',
    WINNOW_REDIS_URL: redis?.url ?? '',
    WINNOW_LISTEN: listen,
    OTEL_EXPORTER_OTLP_ENDPOINT: '',
    WINNOW_PROMETHEUS_URL: '',
    ...(environment.WINNOW_AUTH_FILE && { WINNOW_AUTH_FILE: credentials.file('winnow/auth.yaml') }),
    ...(environment.KUBECONFIG && { KUBECONFIG: '' }),
  });

  async function start(name: string, service: ComposeService): Promise<void> {
    const listen = `127.0.0.1:${await freePort()}`;
    const running = await container?.start(name, service.command ?? [], listen, settingsOf(service, listen));
    if (running) started.set(name, { running, url: `http://${listen}` });
  }

  beforeAll(async () => {
    const composed = await readCompose();
    const { kafka: broker } = composed.services;
    services = winnowsOf(composed).filter(([, { profiles = [] }]) => profiles.length === 0);
    chmodSync(credentials.path, 0o755);
    const draw = [inRepository('infra/compose/credentials.ts'), 'draw'];
    spawnSync(process.execPath, draw, { env: { ...process.env, CREDENTIALS: credentials.path } });
    [container, kafka, redis] = await Promise.all([
      openContainer(),
      startKafka({ properties: propertiesOf(broker as ComposeService) }),
      startRedis({ args: redisArguments() }),
    ]);
  });
  afterAll(async () => {
    await Promise.all([...started.values()].map(({ running }) => running.end('SIGKILL')));
    await Promise.all([kafka?.stop(), redis?.stop(), container?.remove()]);
    credentials.remove();
  });

  test('when the topics are applied, and once more, then they are there, and as they are to be', async () => {
    const [, topics] = services.find(([name]) => name === 'topics') ?? [];
    const env = settingsOf(topics as ComposeService, '');
    for (const _ of [1, 2]) {
      const { code, stdout, stderr } = await container!.winnow(topics?.command ?? [], env);
      expect({ code, stdout, stderr }).toMatchObject({ code: 0 });
    }
  });

  test('when all services are started, then each becomes ready, and its health check says so', async () => {
    const own = services.filter(([, { command }]) => command?.[0] === 'service');
    expect(own.length).toBeGreaterThan(8);
    // The first one leaves its compiled code to the others.
    const [first, ...others] = own.map(
      ([name, service]) =>
        () =>
          start(name, service),
    );
    await first?.();
    await Promise.all(others.map((each) => each()));
    for (const { url } of started.values()) {
      const health = await container!.checkHealth({ WINNOW_LISTEN: url.replace('http://', '') });
      expect(health).toMatchObject({ code: 0, stderr: '' });
    }
  });

  test('when an alert is posted with the token of senders, then its incident is read with the token of people', async () => {
    const alert = {
      labels: { alertname: 'KubePodCrashLooping', namespace: 'shop', pod: 'cart-0', severity: 'critical' },
    };
    const body = JSON.stringify([alert]);
    const headers = { 'content-type': 'application/json' };
    const post = (bearer: string) => ask('ingest-alerts', '/api/v2/alerts', bearer, { method: 'POST', body, headers });
    expect((await post(token('people/operator'))).status).toBe(403);
    expect((await post(token('prometheus/sender'))).status).toBe(200);
    let incidents = '';
    await until(
      async () => {
        incidents = await (await ask('api', '/api/v1/incidents', token('people/operator'))).text();
        return incidents.includes('cart-0');
      },
      () => `an incident of shop/cart-0; there are ${incidents}`,
    );
  });

  test('when Prometheus asks with its token, then every service tells its figures', async () => {
    const told = await Promise.all(
      [...started.keys()].map(async (name) => {
        const answer = await ask(name, '/metrics', token('prometheus/metrics'));
        return [name, answer.status, (await answer.text()).includes('winnow_log_lag_records')];
      }),
    );
    expect(told).toEqual([...started.keys()].map((name) => [name, 200, true]));
  });

  test('when they are told to stop, then each drains', async () => {
    await Promise.all([...started.values()].map(({ running }) => running.end('SIGTERM')));
    for (const [name, { running }] of started) {
      expect([name, container!.logOf(running)]).toEqual([name, expect.stringContaining('SIGTERM: draining')]);
      expect([name, container!.logOf(running)]).toEqual([name, expect.not.stringContaining('not drained in time')]);
    }
  });
});

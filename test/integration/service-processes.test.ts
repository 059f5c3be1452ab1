// `winnow service NAME` as its users run it: on Kafka and Redis, several instances, asked over HTTP, ended by signals.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Servers, startServers } from '../chaos/servers.ts';
import { main, type ServiceProcess, startService } from '../chaos/service-process.ts';
import { winnow } from '../e2e/winnow.ts';
import { freePort, missingServer, until } from '../servers/index.ts';
import { startProcess } from '../servers/process/start-process.ts';
import { answers } from '../servers/process/until.ts';

const PARTITIONS = 2;

describe.skipIf(missingServer('kafka') ?? missingServer('redis'))('the services as processes', () => {
  let servers: Servers;
  let folder: string;
  const running: ServiceProcess[] = [];
  const start = async (service: string, number = 1, env: Record<string, string> = {}) => {
    const session = { WINNOW_SESSION_TIMEOUT_SECONDS: '6' };
    const started = await startService({ service, number, folder, env: { ...servers.env, ...session, ...env } });
    running.push(started);
    return started;
  };
  const read = async (service: ServiceProcess, path: string) => (await fetch(`${service.url}${path}`)).text();
  const figure = async (service: ServiceProcess, line: string) =>
    Number(
      (await read(service, '/metrics'))
        .split('\n')
        .find((each) => each.startsWith(line))
        ?.split(' ')
        .at(-1),
    );

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'winnow-services-'));
    servers = await startServers(PARTITIONS);
  });
  afterAll(async () => {
    await Promise.all(running.map((each) => each.stop()));
    await servers?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  it('given all services, when an alert is posted to one, then another serves its incident, and the ledger is seen from outside', async () => {
    const names = ['ingest-alerts', 'signals', 'grouping', 'context', 'rca', 'api'];
    const [intake, signals, , , , api] = await Promise.all(names.map((name) => start(name)));
    if (!intake || !signals || !api) throw new Error('they have been started');
    const labels = { alertname: 'KubePodCrashLooping', namespace: 'shop', pod: 'cart-5d9c7-x', severity: 'critical' };
    const posted = await fetch(`${intake.url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ labels, annotations: {}, startsAt: new Date().toISOString() }]),
    });
    expect(posted.status).toBe(200);
    const incidents = async () => JSON.parse(await read(api, '/api/v1/incidents')).incidents;
    await until(
      async () => (await incidents()).length === 1,
      () => 'the incident',
    );
    expect((await incidents())[0]).toMatchObject({ cluster: 'default', status: 'open', severity: 'critical' });
    const received = 'winnow_received_total{source="alertmanager.alerts"}';
    await until(
      async () => (await figure(api, received)) === 1,
      () => 'the ledger at the api',
    );
    expect(await figure(signals, received)).toBe(1);
    expect(await figure(signals, 'winnow_partitions{status="running"}')).toBe(PARTITIONS);
    expect(await read(signals, '/-/healthy')).toBe('OK\n');
  });

  it('given a second instance, when it comes and goes, then partitions move, and it has drained when SIGTERM ends it', async () => {
    const one = running.find(({ name }) => name === 'grouping-1') as ServiceProcess;
    const owned = (service: ServiceProcess) => figure(service, 'winnow_partitions{status="running"}');
    const two = await start('grouping', 2);
    await until(
      async () => (await owned(one)) === 1 && (await owned(two)) === 1,
      () => 'one partition each',
    );
    await two.stop();
    expect(two.log()).toContain('partitions are given back');
    expect(two.log()).not.toContain('not drained in time');
    await until(
      async () => (await owned(one)) === PARTITIONS,
      () => 'all partitions for the first',
    );
  });

  it('given a broker that cannot be reached, when a service is started, then it waits, healthy and not ready, and ends at SIGTERM', async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const away = { WINNOW_KAFKA_BROKERS: `127.0.0.1:${await freePort()}`, WINNOW_REDIS_URL: 'redis://127.0.0.1:1' };
    const waiting = await startProcess({
      ...{ name: 'waiting', folder, command: process.execPath, args: [main, 'service', 'signals'] },
      env: { ...away, WINNOW_LISTEN: address },
      isReady: () => answers(`http://${address}/-/healthy`),
    });
    const answer = await fetch(`http://${address}/-/ready`);
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain('cannot be reached yet');
    await waiting.end('SIGTERM');
    expect(readFileSync(waiting.logFile, 'utf8')).toContain('SIGTERM: draining');
  });

  it('given a wrong name or setting, when it is started, then it ends with 2 and says what it takes', async () => {
    const unknown = await winnow('service', 'signal');
    expect(unknown).toMatchObject({ code: 2 });
    expect(unknown.stderr).toContain('there is no service "signal": it is one of ingest-alerts, ');
    const unset = await winnow('service', 'signals');
    expect(unset).toMatchObject({ code: 2 });
    expect(unset.stderr).toContain('WINNOW_KAFKA_BROKERS is to be set: it takes');
  });
});

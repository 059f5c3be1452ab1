import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { missingServer, startJaeger, startKafka, startRedis, until } from './index.ts';

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true));
    socket.on('error', () => resolve(false)).on('connect', () => socket.destroy());
  });
}

const portOf = (url: string) => Number(url.split(':').at(-1));

describe.skipIf(missingServer('redis'))('a Redis', () => {
  test('when the process that started it is killed, then it ends with it and leaves no folder', async () => {
    const fixture = fileURLToPath(new URL('fixtures/start-redis.ts', import.meta.url));
    const parent = spawn(process.execPath, [fixture], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(createInterface(parent.stdout), 'line');
    const { url, folder } = JSON.parse(line);
    expect([await isOpen(portOf(url)), existsSync(folder)]).toEqual([true, true]);
    parent.kill('SIGKILL');
    await until(
      async () => !(await isOpen(portOf(url))) && !existsSync(folder),
      () => 'nothing is left of it',
    );
  });

  test('when it is stopped, then its port is free', async () => {
    const { url, stop } = await startRedis();
    await stop();
    expect(await isOpen(portOf(url))).toBe(false);
  });
});

describe.skipIf(missingServer('kafka'))('a Kafka', () => {
  test('when it is started, then it accepts clients; when it is stopped, then its port is free', async () => {
    const { broker, stop } = await startKafka();
    expect(await isOpen(portOf(broker))).toBe(true);
    await stop();
    expect(await isOpen(portOf(broker))).toBe(false);
  });
});

describe.skipIf(missingServer('jaeger'))('a Jaeger', () => {
  test('when spans are sent to it, then it answers with their trace; when it is stopped, then its ports are free', async () => {
    const { otlpUrl, queryUrl, stop } = await startJaeger();
    const traceId = '5b8efff798038103d269b633813fc60c';
    const span = { traceId, spanId: 'eee19b7ec3c1b174', name: 'arrival', kind: 1 };
    const times = { startTimeUnixNano: '1700000000000000000', endTimeUnixNano: '1700000001000000000' };
    const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ ...span, ...times }] }] }] });
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(`${otlpUrl}/v1/traces`, { method: 'POST', headers, body })).status).toBe(200);
    await until(
      async () => (await fetch(`${queryUrl}/api/traces/${traceId}`)).status === 200,
      () => 'the trace',
    );
    await stop();
    expect([await isOpen(portOf(otlpUrl)), await isOpen(portOf(queryUrl))]).toEqual([false, false]);
  });
});

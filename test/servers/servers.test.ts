import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { amtool, missingServer, startAlertmanager, startPrometheus, startProxy, until } from './index.ts';

/** Whether somebody accepts connections there. */
function isOpen(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => resolve(true));
    socket.on('error', () => resolve(false)).on('connect', () => socket.destroy());
  });
}

describe.skipIf(missingServer('prometheus'))('a Prometheus', () => {
  test('when it is started, then it answers; when it is stopped, then its port is free', async () => {
    const prometheus = await startPrometheus({ config: { global: { external_labels: { cluster: 'east' } } } });
    const answer = await fetch(`${prometheus.url}/api/v1/status/config`);
    expect(JSON.stringify(await answer.json())).toContain('cluster: east');
    await prometheus.stop();
    expect(await isOpen(prometheus.url)).toBe(false);
  });

  test('when its configuration is wrong, then the start fails with the words of its log', async () => {
    await expect(startPrometheus({ config: { no_such_field: 1 } })).rejects.toThrow('field no_such_field not found');
  });
});

describe.skipIf(missingServer('alertmanager'))('an Alertmanager', () => {
  test('when it is started, then amtool talks to it; when it is stopped, then its port is free', async () => {
    const alertmanager = await startAlertmanager();
    const added = await amtool(['alert', 'add', 'alertname=Down', 'pod=cart-1'], alertmanager);
    expect(added).toMatchObject({ code: 0, stderr: '' });
    expect((await amtool(['alert', 'query'], alertmanager)).stdout).toContain('Down');
    expect((await amtool(['silence', 'expire', 'no-such-id'], alertmanager)).code).toBe(1);
    await alertmanager.stop();
    expect(await isOpen(alertmanager.url)).toBe(false);
  });

  test('when a proxy before it goes silent, then requests hang until it resumes; when it is cut, then they fail', async () => {
    await using alertmanager = await startAlertmanager();
    await using proxy = await startProxy(alertmanager.url);
    const ask = () =>
      fetch(`${proxy.url}/-/ready`).then(
        (answer) => answer.status,
        () => 'failed',
      );
    expect(await ask()).toBe(200);

    proxy.goSilent();
    let answered: unknown;
    const asked = ask().then((answer) => {
      answered = answer;
    });
    await until(
      () => proxy.connections > 0,
      () => 'a connection that is held',
    );
    const hasAnswered = new Promise((resolve) => setTimeout(() => resolve(answered), 200));
    expect(await hasAnswered).toBeUndefined();
    proxy.resume();
    await asked;
    expect(answered).toBe(200);

    proxy.goSilent();
    const second = ask();
    await until(
      () => proxy.connections > 0,
      () => 'a connection that is held',
    );
    proxy.cut();
    expect(await second).toBe('failed');
  });
});

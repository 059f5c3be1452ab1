// Alertmanager's webhooks both ways: what Winnow posts is what a receiver of such webhooks takes, another Winnow among them.
// Each test waits most of the time, so they run side by side.
import { describe, expect, it } from 'vitest';
import { alertAbout, freshDirectory, postAlerts, startUp, type Up, until } from '../e2e/winnow.ts';
import { amtool, missingServer, startAlertmanager } from '../servers/index.ts';

interface Told {
  readonly labels: Readonly<Record<string, string>>;
}

const alertsOf = async (up: Up) => (await (await fetch(`${up.url}/api/v2/alerts`)).json()) as readonly Told[];
const incidentsOf = async (up: Up) =>
  (
    (await (await fetch(`${up.url}/api/v1/incidents`)).json()) as {
      incidents: readonly { id: string; status: string; severity: string }[];
    }
  ).incidents;
const refusedBy = async (up: Up) =>
  (await (await fetch(`${up.url}/metrics`)).text())
    .split('\n')
    .filter((line) => line.startsWith('winnow_refused_total{'));

/** A Winnow, and one that it tells. */
async function twoOfThem() {
  const second = await startUp(freshDirectory(), '--no-example');
  const first = await startUp(freshDirectory(), '--no-example', '--notify', `${second.url}/webhooks/alertmanager`);
  return { first, second };
}

it.concurrent('given one Winnow that tells another, then that has the incident as an alert until its end, and refused nothing', async () => {
  const { first, second } = await twoOfThem();
  const alert = alertAbout('cart');
  await postAlerts(first.url, [alert]);
  await until(
    async () => (await alertsOf(second)).length > 0,
    () => 'the second one is told',
  );
  const [incident] = await incidentsOf(first);
  expect((await alertsOf(second))[0]?.labels).toMatchObject({
    incident: incident?.id,
    severity: 'critical',
    name: 'cart',
  });
  await postAlerts(first.url, [{ ...alert, endsAt: new Date().toISOString() }]);
  await until(
    async () => (await alertsOf(second)).length === 0,
    () => 'its end is told',
  );
  expect(await refusedBy(second)).toEqual([]);
  await Promise.all([first.end('SIGTERM'), second.end('SIGTERM')]);
});

describe.skipIf(missingServer('alertmanager')).concurrent('with a real Alertmanager', () => {
  it('given one before it that forwards a group, then the incident goes on to who is to be told', async () => {
    const { first, second } = await twoOfThem();
    await using alertmanager = await startAlertmanager({
      config: {
        route: { receiver: 'winnow', group_by: ['alertname'], group_wait: '1s', group_interval: '1s' },
        receivers: [
          { name: 'winnow', webhook_configs: [{ url: `${first.url}/webhooks/alertmanager`, send_resolved: true }] },
        ],
      },
    });
    const sent = await postAlerts(alertmanager.url, [alertAbout('cart'), alertAbout('search', { namespace: 'other' })]);
    expect(sent.status).toBe(200);
    await until(
      async () => (await alertsOf(second)).length === 2,
      () => 'both incidents are told',
    );
    expect((await alertsOf(second)).map(({ labels }) => labels.name).sort()).toEqual(['cart', 'search']);
    expect([...(await refusedBy(first)), ...(await refusedBy(second))]).toEqual([]);
    await Promise.all([first.end('SIGTERM'), second.end('SIGTERM')]);
  });

  it('given one behind it, then it has the incident as an alert for as long as it lasts', async () => {
    await using behind = await startAlertmanager({
      config: { route: { receiver: 'nobody' }, receivers: [{ name: 'nobody' }] },
    });
    const up = await startUp(freshDirectory(), '--no-example', '--notify', `${behind.url}/api/v2/alerts`);
    const alert = alertAbout('cart');
    await postAlerts(up.url, [alert]);
    const told = async () => {
      const { stdout } = await amtool(['alert', 'query', '-o', 'json'], { url: behind.url });
      return JSON.parse(stdout) as readonly Told[];
    };
    await until(
      async () => (await told()).length > 0,
      () => 'it is told',
    );
    const [incident] = await incidentsOf(up);
    expect((await told()).map(({ labels }) => [labels.incident, labels.name])).toEqual([[incident?.id, 'cart']]);
    await postAlerts(up.url, [{ ...alert, endsAt: new Date().toISOString() }]);
    await until(
      async () => (await told()).length === 0,
      () => 'its end is told',
    );
    await up.end('SIGTERM');
  });
});

// Alertmanager's webhooks both ways: what Winnow posts is what a receiver of such webhooks takes, another Winnow among them.
import { describe, expect, it } from 'vitest';
import { alertAbout, freshDirectory, postAlerts, startUp, type Up, until } from '../e2e/winnow.ts';
import { missingServer, startAlertmanager } from '../servers/index.ts';

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

it('given one Winnow that tells another, then that has the incident as an alert until its end, and refused nothing', async () => {
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

describe.skipIf(missingServer('alertmanager'))('with a real Alertmanager before it', () => {
  it('given a group that it forwards, then the incident goes on to who is to be told', async () => {
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
});

// A cluster over its rate, over HTTP: it alone is refused, by what is least grave, and everything is counted.
import { expect, onTestFinished, test } from 'vitest';
import { alertAbout, freshDirectory, ledgerOf, type PostedAlert, postAlerts, startUp, until } from './winnow.ts';

/** Of an environment for the processes that this test starts. */
function set(name: string, value: string): void {
  process.env[name] = value;
  onTestFinished(() => {
    delete process.env[name];
  });
}

const metric = async (url: string, line: string): Promise<number> => {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(
    text
      .split('\n')
      .find((each) => each.startsWith(`${line} `))
      ?.split(' ')
      .at(-1),
  );
};

test('given a cluster over its rate, when it and a neighbour post in one request, then the neighbour is taken whole, and of the other what is grave', async () => {
  set('WINNOW_CLUSTER_RATE', '0.001');
  set('WINNOW_CLUSTER_BURST', '100');
  const data = freshDirectory();
  const up = await startUp(data, '--no-example');
  const of = (cluster: string, count: number, severity: string): PostedAlert[] =>
    Array.from({ length: count }, (_, at) => alertAbout(`${severity}-${at}`, { cluster, severity }));

  const first = await postAlerts(up.url, [...of('noisy', 300, 'warning'), ...of('quiet', 20, 'warning')]);
  expect([first.status, Number(first.headers.get('retry-after'))]).toEqual([429, 60]);
  // The bucket, and the eighth of it that warnings may overdraw.
  expect(await first.json()).toContain('188 of the 300 items of cluster "noisy"');
  const grave = await postAlerts(up.url, [...of('noisy', 10, 'critical'), ...of('noisy', 50, 'info')]);
  expect(await grave.json()).toContain('50 of the 60 items of cluster "noisy"');
  expect((await postAlerts(up.url, of('quiet', 20, 'info'))).status).toBe(200);

  const taken = 112 + 20 + 10 + 20;
  await until(
    async () => (await metric(up.url, 'winnow_received_total{source="alertmanager.alerts"}')) === taken,
    () => 'everything that was taken is decided',
  );
  expect(await metric(up.url, 'winnow_refused_total{source="alertmanager.alerts",code="429"}')).toBe(2);
  const refused = (rank: string) =>
    metric(up.url, `winnow_refused_items_total{source="alertmanager.alerts",cluster="noisy",rank="${rank}"}`);
  expect([await refused('warning'), await refused('other')]).toEqual([188, 50]);
  expect(await metric(up.url, 'winnow_oldest_pending_seconds')).toBeGreaterThanOrEqual(0);
  expect((await up.end('SIGTERM')).code).toBe(0);
  const ledger = await ledgerOf(data, 'alertmanager.alerts');
  expect(ledger).toMatchObject({ received: taken, shed: 0, pending: 0 });
});

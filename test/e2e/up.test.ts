// `winnow up` as its users meet it.
import type { Report } from '@winnow/contracts';
import { describe, expect, test } from 'vitest';
import { alertAbout, freshDirectory, ledgerOf, postAlerts, startUp, until, winnow } from './winnow.ts';

async function reportOf(url: string): Promise<Report> {
  return (await fetch(`${url}/api/v1/incidents`)).json() as Promise<Report>;
}

describe('given winnow up', () => {
  test('when an alert is posted, then its incident is served, and explained on stdout', async () => {
    const up = await startUp(freshDirectory(), '--no-example');
    expect((await postAlerts(up.url, [alertAbout('cart')])).status).toBe(200);
    await until(
      async () => (await reportOf(up.url)).incidents.length > 0,
      () => 'an incident',
      20,
    );
    const { incidents } = await reportOf(up.url);
    expect(incidents[0]).toMatchObject({ status: 'open', cluster: 'default' });
    await until(
      async () => up.stdout().includes(incidents[0]?.id ?? '?'),
      () => 'the incident on stdout',
    );
  });

  test('when some elements are wrong, then 400 names them, the good ones are kept, and the ledger balances', async () => {
    const data = freshDirectory();
    const up = await startUp(data, '--no-example');
    const bad = { labels: {} } as ReturnType<typeof alertAbout>;
    const answer = await postAlerts(up.url, [alertAbout('cart'), bad, alertAbout('pay')]);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toContain('[1]');
    await until(
      async () => (await ledgerOf(data, 'alertmanager.alerts'))?.received === 3,
      () => 'three items',
      300,
    );
    const ledger = await ledgerOf(data, 'alertmanager.alerts');
    expect(ledger).toMatchObject({ signals: 2, deadLettered: 1, pending: 0 });
    const metrics = await (await fetch(`${up.url}/metrics`)).text();
    expect(metrics).toContain('winnow_refused_total{source="alertmanager.alerts",code="400"} 1');
  });

  test('when a body is no JSON, too large, or posted nowhere, then the answer says what is taken', async () => {
    const up = await startUp(freshDirectory(), '--no-example');
    const post = (path: string, body: string) => fetch(`${up.url}${path}`, { method: 'POST', body });
    expect((await post('/api/v2/alerts', '{')).status).toBe(400);
    expect((await post('/webhooks/alertmanager', '{"alerts":[]')).status).toBe(400);
    expect((await post('/api/v2/alerts', 'x'.repeat(11 * 1024 * 1024))).status).toBe(413);
    expect((await post('/webhooks/nobody', '{}')).status).toBe(404);
    expect((await fetch(`${up.url}/-/healthy`)).status).toBe(200);
  });

  test('when a second one is started on the same data, then it exits 2 and names the first', async () => {
    const data = freshDirectory();
    const up = await startUp(data, '--no-example');
    const second = await winnow('up', '--listen', '127.0.0.1:0', '--data', data, '--no-example');
    expect(second.code).toBe(2);
    expect(second.stderr).toContain(String(up.child.pid));
  });

  test('when its address is taken, then a second one on other data exits 2 and says what to do', async () => {
    const up = await startUp(freshDirectory(), '--no-example');
    const second = await winnow('up', '--listen', up.url.replace('http://', ''), '--data', freshDirectory());
    expect(second.code).toBe(2);
    expect(second.stderr).toContain('give another address with --listen');
  });

  test('when it is told to end under load, then it drains, exits 0, and nothing answered 200 is lost', async () => {
    const data = freshDirectory();
    const up = await startUp(data, '--no-example');
    let taken = 0;
    let going = true;
    const load = (async () => {
      for (let n = 0; going; n++) {
        const answer = await postAlerts(up.url, [alertAbout(`w${n % 50}`, { n: String(n) })]).catch(() => undefined);
        if (answer?.status === 200) taken++;
      }
    })();
    await until(
      async () => taken > 100,
      () => '100 requests',
    );
    up.child.kill('SIGTERM');
    const { code } = await up.end('SIGTERM');
    going = false;
    await load;
    expect(code).toBe(0);
    const ledger = await ledgerOf(data, 'alertmanager.alerts');
    expect((ledger?.received ?? 0) + (ledger?.pending ?? 0)).toBeGreaterThanOrEqual(taken);
  });

  test('when nothing real has arrived, then the example is explained, marked, and gone at the first real arrival', async () => {
    const data = freshDirectory();
    const up = await startUp(data);
    await until(
      async () => (await reportOf(up.url)).incidents.some((each) => each.example && each.hypotheses.length > 0),
      () => 'the example',
    );
    await until(
      async () => up.stdout().includes('example'),
      () => 'the example on stdout',
    );
    expect((await reportOf(up.url)).incidents.every((each) => each.cluster === 'example')).toBe(true);
    expect((await winnow('ledger', '--json', '--data', data)).stdout).toBe('{"sources":{}}\n');
    expect((await postAlerts(up.url, [alertAbout('cart')])).status).toBe(200);
    await until(
      async () => !(await reportOf(up.url)).incidents.some((each) => each.example),
      () => 'the example is gone',
    );
  });
});

// A real Prometheus that sends its alerts to Winnow, and a real Alertmanager that forwards them: started, stopped, doubled.
// Each test waits most of the time, so they run side by side.
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'vitest';
import { freshDirectory, startUp } from '../e2e/winnow.ts';
import { amtool, missingServer, type Prometheus, startAlertmanager, startPrometheus } from '../servers/index.ts';
import { ask } from './alertmanager/side-by-side.ts';

/** A target that tells which deployments of namespace shop are broken. */
async function startTarget(...names: readonly string[]) {
  const broken = new Set(names);
  const server = createServer((_request, response) => {
    const lines = ['cart', 'web'].map((name) => `shop_broken{deployment="${name}"} ${broken.has(name) ? 1 : 0}\n`);
    response.setHeader('content-type', 'text/plain; version=0.0.4').end(lines.join(''));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    broken,
    [Symbol.dispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const rulesFor = (...deployments: readonly string[]) => ({
  groups: [
    {
      name: 'shop',
      interval: '1s',
      rules: deployments.map((deployment) => ({
        alert: 'KubePodCrashLooping',
        expr: `shop_broken{deployment="${deployment}"} == 1`,
        // Of rules that have the same name and the same labels Prometheus takes one for the other when it reads them anew.
        labels: { severity: 'critical', namespace: 'shop', rule: deployment },
        annotations: { summary: `${deployment} restarts again and again` },
      })),
    },
  ],
});

interface Senders {
  readonly target: string;
  readonly alertmanager: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** It looks, evaluates and sends each second: an alert that it sends ends four seconds ahead. */
function startSender({ target, alertmanager, labels = {} }: Senders): Promise<Prometheus> {
  return startPrometheus({
    config: {
      global: { scrape_interval: '1s', evaluation_interval: '1s', external_labels: labels },
      rule_files: ['rules.yml'],
      scrape_configs: [{ job_name: 'shop', static_configs: [{ targets: [target] }] }],
      alerting: { alertmanagers: [{ static_configs: [{ targets: [new URL(alertmanager).host] }] }] },
    },
    files: { 'rules.yml': rulesFor('cart', 'web') },
    args: ['--rules.alert.resend-delay=1s'],
  });
}

interface Shown {
  readonly id: string;
  readonly status: string;
  readonly closedBy?: string;
  readonly signals: readonly { readonly entity: { readonly name: string } }[];
}

async function incidentsOf(url: string): Promise<readonly Shown[]> {
  return ((await ask(url, '/api/v1/incidents')).body as { incidents: Shown[] }).incidents;
}
const patience = { timeout: 120_000, interval: 100 };
const statusesOf = async (url: string) =>
  (await incidentsOf(url)).map(({ status, closedBy, signals }) =>
    [signals.map(({ entity }) => entity.name).join(), status, closedBy].filter(Boolean).join(' '),
  );
async function membersOf(url: string): Promise<readonly Member[]> {
  const found = (await incidentsOf(url)).map(async ({ id }) => (await ask(url, `/api/v1/incidents/${id}`)).body);
  type Document = { incident: { members: { signal: Member }[] } };
  return (await Promise.all(found)).flatMap((each) => (each as Document).incident.members.map(({ signal }) => signal));
}
interface Member {
  readonly entity: { readonly name: string };
  readonly closedBy?: string;
}
const firingIn = async (url: string) => ((await ask(url, '/api/v2/alerts')).body as { labels: object }[]).length;

describe.skipIf(missingServer('prometheus'))('a Prometheus that sends its alerts to Winnow', () => {
  it.concurrent('opens an incident and ends it by its own word', async ({ expect }) => {
    const up = await startUp(freshDirectory(), '--no-example');
    using target = await startTarget('cart');
    await using _prometheus = await startSender({ target: target.address, alertmanager: up.url });
    await expect.poll(() => statusesOf(up.url), patience).toEqual(['cart open']);
    target.broken.clear();
    await expect.poll(() => statusesOf(up.url), patience).toEqual(['cart resolved recovered']);
    await expect.poll(() => firingIn(up.url), patience).toBe(0);
  });

  it.concurrent('leaves its alerts stale when it falls silent, and finds them under their id when it is back', async ({
    expect,
  }) => {
    const up = await startUp(freshDirectory(), '--no-example');
    using target = await startTarget('cart');
    await using prometheus = await startSender({ target: target.address, alertmanager: up.url });
    await expect.poll(() => statusesOf(up.url), patience).toEqual(['cart open']);
    const [opened] = await incidentsOf(up.url);

    process.kill(prometheus.pid, 'SIGSTOP');
    await expect.poll(() => statusesOf(up.url), patience).toEqual(['cart stale']);
    // Several times as long as its alerts had: they are not mended, however long it takes.
    await sleep(15_000);
    expect(await statusesOf(up.url)).toEqual(['cart stale']);
    process.kill(prometheus.pid, 'SIGCONT');
    await expect.poll(() => statusesOf(up.url), patience).toEqual(['cart open']);
    expect((await incidentsOf(up.url)).map(({ id }) => id)).toEqual([opened?.id]);

    target.broken.clear();
    await expect.poll(() => statusesOf(up.url), patience).toEqual(['cart resolved recovered']);
  });

  it.concurrent('ends by timeout what it sends no more while it is heard: a rule that was taken away says nothing of its alert', async ({
    expect,
  }) => {
    const up = await startUp(freshDirectory(), '--no-example');
    using target = await startTarget('cart', 'web');
    await using prometheus = await startSender({ target: target.address, alertmanager: up.url });
    await expect.poll(async () => (await membersOf(up.url)).length, patience).toBe(2);
    writeFileSync(`${prometheus.folder}/rules.yml`, JSON.stringify(rulesFor('web')));
    await prometheus.reload();
    const ends = async () =>
      (await membersOf(up.url)).map(({ entity, closedBy }) => `${entity.name} ${closedBy ?? ''}`).sort();
    await expect.poll(ends, patience).toEqual(['cart timeout', 'web ']);
    expect(await firingIn(up.url)).toBe(1);
  });

  it.concurrent('is one signal with its replica, and neither is missed while the other is there', async ({
    expect,
  }) => {
    const up = await startUp(freshDirectory(), '--no-example');
    using target = await startTarget('cart');
    const pair = ['a', 'b'].map((prometheus_replica) =>
      startSender({ target: target.address, alertmanager: up.url, labels: { prometheus_replica } }),
    );
    const [one, other] = (await Promise.all(pair)) as [Prometheus, Prometheus];
    try {
      await expect.poll(() => statusesOf(up.url), patience).toEqual(['cart open']);
      await sleep(5_000);
      expect([await firingIn(up.url), await statusesOf(up.url)]).toEqual([1, ['cart open']]);
      await one.stop();
      await sleep(15_000);
      expect(await statusesOf(up.url)).toEqual(['cart open']);
      target.broken.clear();
      await expect.poll(() => statusesOf(up.url), patience).toEqual(['cart resolved recovered']);
      expect(await incidentsOf(up.url)).toHaveLength(1);
    } finally {
      await one.stop();
      await other.stop();
    }
  });
});

describe.skipIf(missingServer('alertmanager'))('an Alertmanager that forwards to Winnow', () => {
  it.concurrent('tells of what fires and of what is over', async ({ expect }) => {
    const up = await startUp(freshDirectory(), '--no-example');
    const webhook = { url: `${up.url}/webhooks/alertmanager`, send_resolved: true };
    await using alertmanager = await startAlertmanager({
      config: {
        route: { receiver: 'winnow', group_by: ['alertname'], group_wait: '0s', group_interval: '1s' },
        receivers: [{ name: 'winnow', webhook_configs: [webhook] }],
      },
    });
    const alert = ['alertname=KubePodCrashLooping', 'namespace=shop', 'deployment=cart', 'severity=critical'];
    await amtool(['alert', 'add', ...alert], alertmanager);
    await expect.poll(() => statusesOf(up.url), patience).toEqual(['cart open']);
    await amtool(['alert', 'add', ...alert, `--end=${new Date(Date.now() - 1000).toISOString()}`], alertmanager);
    await expect.poll(() => statusesOf(up.url), patience).toEqual(['cart resolved recovered']);
  });
});

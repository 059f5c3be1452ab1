// A live cluster, as people look at it: diagnosed once, as a kubectl plugin, watched by `up`, recorded, with all rights and with few.
import { execFile } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Report, SourceStatus } from '@winnow/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { incidents as scenarios } from '../integration/staged-live/scenarios.ts';
import { missingServer } from '../servers/index.ts';
import { type Stage, startStage } from '../servers/stage/stage.ts';
import { type Ended, freshDirectory, startUp, type Up, until, winnow } from './winnow.ts';

const SECRET = 'hunter2-hunter2-hunter2';
const role = 'infra/kubernetes/clusterrole.yaml';
const main = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));
const staged = scenarios.filter(({ namespace }) => ['orders', 'billing'].includes(namespace));

const reportIn = ({ stdout }: Ended) => JSON.parse(stdout) as Report;
const reportOf = async ({ url }: Up) => (await fetch(`${url}/api/v1/incidents`)).json() as Promise<Report>;

/** Whose fault each incident is, in the order of namespaces. */
function causesIn({ incidents }: Report) {
  return incidents
    .filter(({ status }) => status !== 'resolved')
    .map(({ hypotheses: [first] }) => ({ kind: first?.entity.kind, name: first?.entity.name, mode: first?.mode }))
    .sort((one, other) => String(one.name).localeCompare(String(other.name)));
}

const expected = staged.map(({ cause }) => cause).sort((one, other) => one.name.localeCompare(other.name));

describe.skipIf(missingServer('kubernetes') ?? missingServer('kwok'))('given a cluster in trouble', () => {
  let stage: Stage;
  let kubeconfig: string;

  beforeAll(async () => {
    stage = await startStage(staged, { name: 'prod-eu-1' });
    kubeconfig = await stage.userKubeconfig({ name: 'winnow', clusterRoleFile: role });
    for (const scenario of staged) await stage.begin(scenario);
    await stage.apply({
      ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'leaky', namespace: 'orders' } },
      data: { DB_PASSWORD: SECRET, 'app.conf': `password=${SECRET}` },
    });
    for (const scenario of staged) await stage.settled(scenario);
  }, 600_000);
  afterAll(() => stage?.stop());

  test('when it is diagnosed without a path, then its causes are found from what may be read, and Secrets are said to be unseen', async () => {
    const ended = await winnow('diagnose', '--kubeconfig', kubeconfig, '--json');
    expect(ended).toMatchObject({ code: 0 });
    const report = reportIn(ended);
    expect(report).toMatchObject({ clusters: ['prod-eu-1'], verdict: 'incidents' });
    expect(causesIn(report)).toEqual(expected);
    expect(report.problems.map(({ place }) => place)).toEqual(['secrets']);
    // What a container said before it ended is read through the API.
    expect(ended.stdout).toContain('LEDGER_URL is not set');
    expect(ended.stdout).not.toContain(SECRET);
  });

  test('when kubectl runs it as a plugin, then it is the same report', async () => {
    const bin = freshDirectory();
    symlinkSync(main, join(bin, 'kubectl-winnow'));
    const path = [bin, dirname(process.execPath), process.env.PATH].join(delimiter);
    const env = { ...process.env, PATH: path, KUBECONFIG: kubeconfig };
    const run = (command: string, ...args: readonly string[]) =>
      new Promise<Ended>((resolve) => {
        const child = execFile(command, args, { env, maxBuffer: 2 ** 28 }, (_error, stdout, stderr) =>
          resolve({ code: child.exitCode, stdout, stderr }),
        );
      });
    // Where there is no kubectl the plugin is started as kubectl would start it: by its name.
    const isThere = (await run('kubectl', 'version', '--client')).code === 0;
    const ended = isThere
      ? await run('kubectl', 'winnow', 'diagnose', '--json', '-n', 'billing')
      : await run('kubectl-winnow', 'diagnose', '--json', '-n', 'billing');
    expect(ended.code, ended.stderr).toBe(0);
    expect(causesIn(reportIn(ended))).toEqual(expected.filter(({ name }) => name === 'invoices'));
  });

  test('when only one namespace may be read, then it is diagnosed, and the rest is said to be unseen', async () => {
    const narrow = await readerOf(stage, 'narrow', 'billing');
    const ended = await winnow('diagnose', '--kubeconfig', narrow, '-n', 'billing', '--json');
    expect(ended.code).toBe(0);
    const report = reportIn(ended);
    expect(causesIn(report)).toEqual(expected.filter(({ name }) => name === 'invoices'));
    expect(report.problems.map(({ place }) => place)).toContain('nodes');
    expect(report.problems.find(({ place }) => place === 'nodes')?.found).toContain('forbidden');
  });

  test('when nothing may be read, or nobody answers, then it exits 2 and says what to grant, or where nobody is', async () => {
    const rules: object[] = [];
    const nobody = await stage.userKubeconfig({ name: 'nobody', rules });
    const forbidden = await winnow('diagnose', '--kubeconfig', nobody);
    expect(forbidden).toMatchObject({ code: 2, stdout: '' });
    expect(forbidden.stderr).toContain('lets this identity list nothing');
    expect(forbidden.stderr).toMatch(/get and list on .*pods/);

    const away = join(freshDirectory(), 'kubeconfig');
    writeFileSync(away, readFileSync(kubeconfig, 'utf8').replaceAll(stage.url, 'https://127.0.0.1:1'));
    const unreachable = await winnow('diagnose', '--kubeconfig', away);
    expect(unreachable).toMatchObject({ code: 2, stdout: '' });
    expect(unreachable.stderr).toContain('cluster prod-eu-1: connection refused by https://127.0.0.1:1');

    const unknown = await winnow('diagnose', '--kubeconfig', kubeconfig, '--context', 'elsewhere');
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(unknown.stderr).toContain('has no context elsewhere: it has prod-eu-1');
  });

  test('when what would show trouble may not be read, then nothing is called healthy', async () => {
    const rules = [{ apiGroups: [''], resources: ['configmaps', 'nodes'], verbs: ['get', 'list'] }];
    const configs = await stage.userKubeconfig({ name: 'configs', rules });
    const ended = await winnow('diagnose', '--kubeconfig', configs, '--json');
    expect(ended.code).toBe(0);
    expect(reportIn(ended)).toMatchObject({ verdict: 'unknown', incidents: [] });
    expect(reportIn(ended).problems.map(({ place }) => place)).toEqual(
      expect.arrayContaining(['pods', 'deployments.apps', 'events']),
    );
  });

  test('when up is to watch a cluster that nobody answers for, then it runs, says so, and calls nothing healthy', async () => {
    const away = join(freshDirectory(), 'kubeconfig');
    writeFileSync(away, readFileSync(kubeconfig, 'utf8').replaceAll(stage.url, 'https://127.0.0.1:1'));
    const data = freshDirectory();
    const up = await startUp(data, '--context', 'prod-eu-1', '--kubeconfig', away);
    await until(
      async () => (await sourcesOf(data)).some(({ state }) => state === 'blind'),
      () => up.stderr(),
      500,
    );
    const blind = (await sourcesOf(data)).find(({ source }) => source === 'kubernetes.object');
    expect(blind).toMatchObject({ cluster: 'prod-eu-1', state: 'blind' });
    expect(blind?.details[0]).toContain('connection refused');
    expect((await reportOf(up)).verdict).toBe('unknown');
    await until(
      async () => up.stderr().includes('Cluster prod-eu-1 is not seen'),
      () => up.stderr(),
      500,
    );
  });

  test('when up watches it, then its causes are found, status says how it stands, and its record replays to the same incidents', async () => {
    const data = freshDirectory();
    const up = await startUp(data, '--context', 'prod-eu-1', '--kubeconfig', kubeconfig);
    await until(
      async () => JSON.stringify(causesIn(await reportOf(up))) === JSON.stringify(expected),
      () => `the causes: ${up.stdout()}`,
      1_000,
    );
    expect(up.stderr()).toContain(`prod-eu-1 (${stage.url})`);
    expect(up.stdout()).not.toContain('bundled example');

    const status = await winnow('status', '--data', data, '--json');
    expect(status.code).toBe(0);
    expect(JSON.parse(status.stdout)).toMatchObject({
      running: true,
      up: { url: up.url, pid: up.child.pid },
      sources: expect.arrayContaining([
        expect.objectContaining({ source: 'kubernetes.object', cluster: 'prod-eu-1', state: 'connected' }),
        expect.objectContaining({ source: 'kubernetes.event', cluster: 'prod-eu-1', state: 'connected' }),
      ]),
    });

    const recording = join(freshDirectory(), 'r.jsonl.gz');
    const state = join(freshDirectory(), 'state');
    const live = await recordStill(up, data, recording);
    const [first, second] = [await winnow('replay', recording, '--json'), await winnow('replay', recording, '--json')];
    expect(second.stdout).toBe(first.stdout);
    expect(reportIn(first).incidents.map(({ lines: _, ...incident }) => incident)).toEqual(live.incidents);
    expect(first.stdout).not.toContain(SECRET);

    const plain = await winnow('record', '--data', data, '--capture', state);
    expect(plain.stdout).not.toContain(SECRET);
    const captured = await winnow('diagnose', state, '--json');
    expect(causesIn(reportIn(captured))).toEqual(expected);

    await up.end('SIGTERM');
    const stopped = await winnow('status', '--data', data);
    expect(stopped.code).toBe(1);
    expect(stopped.stdout).toContain('Winnow is not running');
    expect(stopped.stdout).toMatch(/prod-eu-1 +kubernetes\.object +intake +stopped/);
  });
});

async function sourcesOf(data: string): Promise<readonly SourceStatus[]> {
  const { stdout } = await winnow('status', '--data', data, '--json');
  return (JSON.parse(stdout) as { sources: readonly SourceStatus[] }).sources;
}

/** Records while nothing changes. @returns what was found live at that time. */
async function recordStill(up: Up, data: string, recording: string): Promise<Report> {
  const before = await reportOf(up);
  expect((await winnow('record', '--data', data, '-o', recording)).code).toBe(0);
  const after = await reportOf(up);
  const isStill = JSON.stringify(after.incidents) === JSON.stringify(before.incidents);
  return isStill ? after : recordStill(up, data, recording);
}

/** A kubeconfig of somebody who may read one namespace, and nothing else. */
async function readerOf(stage: Stage, name: string, namespace: string): Promise<string> {
  const file = await stage.userKubeconfig({ name, rules: [] });
  const group = 'rbac.authorization.k8s.io';
  await stage.apply({
    ...{ apiVersion: `${group}/v1`, kind: 'RoleBinding', metadata: { name, namespace } },
    roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'view' },
    subjects: [{ kind: 'ServiceAccount', name, namespace: 'default' }],
  });
  return file;
}

// Audit entries as `winnow up` takes them: what was secret in them is nowhere on disk, and a killed process goes on in the file.
import { appendFileSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freshDirectory, ledgerOf, startUp, until } from './winnow.ts';

const SECRET = 'hunter2Tr0ub4dor';
const encoded = Buffer.from(SECRET).toString('base64');
const container = {
  name: 'app',
  env: [{ name: 'DB_PASSWORD', value: SECRET }],
  args: ['--token', SECRET, `postgres://app:${SECRET}@db/shop`],
};
const bodies = {
  secrets: { kind: 'Secret', data: { password: encoded }, stringData: { other: SECRET } },
  configmaps: { kind: 'ConfigMap', data: { apiKey: SECRET, url: `redis://:${SECRET}@cache` } },
  deployments: { kind: 'Deployment', spec: { template: { spec: { containers: [container] } } } },
  serviceaccounts: { kind: 'TokenRequest', status: { token: `eyJhbGciOiJSUzI1NiJ9.${encoded}.${encoded}` } },
  tokenreviews: { kind: 'TokenReview', spec: { token: SECRET } },
};
let entries = 0;

function entry(resource: keyof typeof bodies, verb: string, change: (body: object) => unknown = (body) => body) {
  const body = {
    ...bodies[resource],
    metadata: {
      name: 'x',
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(bodies[resource]) },
    },
  };
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    auditID: `a-${++entries}`,
    stage: 'ResponseComplete',
    verb,
    user: { username: 'bob' },
    objectRef: { resource, namespace: 'shop', name: 'x' },
    responseStatus: { code: 200, message: `password=${SECRET}` },
    requestObject: change(body),
    responseObject: body,
  };
}

const operations = (body: object) =>
  Object.entries(body).map(([name, value]) => ({ op: 'add', path: `/${name}`, value }));
const all = () =>
  (Object.keys(bodies) as (keyof typeof bodies)[]).flatMap((resource) => [
    entry(resource, 'create'),
    entry(resource, 'patch'),
    entry(resource, 'patch', operations),
  ]);

/** All bytes of the data directory. */
const disk = (data: string): string =>
  readdirSync(data, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => readFileSync(join(each.parentPath, each.name), 'latin1'))
    .join('\n');

test('given entries that hold secrets, when they are posted and read from a file, then no byte of them is on disk', async () => {
  const data = freshDirectory();
  const file = join(freshDirectory(), 'audit.log');
  writeFileSync(file, '');
  const up = await startUp(data, '--no-example', '--audit-log', file);
  const posted = all();
  const answer = await fetch(`${up.url}/webhooks/audit`, {
    method: 'POST',
    body: JSON.stringify({ kind: 'EventList', items: posted }),
  });
  expect(answer.status).toBe(200);
  await until(
    async () => (await sourcesOf(up.url)).includes('connected'),
    () => 'the file',
  );
  const read = all();
  appendFileSync(file, `${[...posted, ...read].map((each) => JSON.stringify(each)).join('\n')}\nno json ${SECRET}\n`);
  const count = 2 * posted.length + read.length + 1;
  await until(
    async () => (await ledgerOf(data, 'audit.event'))?.received === count,
    () => `${count} items`,
    300,
  );
  expect(await ledgerOf(data, 'audit.event')).toMatchObject({
    deduplicated: posted.length,
    deadLettered: 1,
    pending: 0,
  });
  await up.end('SIGTERM');
  expect(disk(data)).toContain('a-1');
  expect(disk(data)).not.toContain(SECRET);
  expect(disk(data)).not.toContain(encoded);
});

test('given a file that is followed, when the process is killed and the file rotated meanwhile, then each entry counts once', async () => {
  const data = freshDirectory();
  const folder = freshDirectory();
  const file = join(folder, 'audit.log');
  writeFileSync(file, '');
  const write = (count: number) => {
    for (let at = 0; at < count; at++) appendFileSync(file, `${JSON.stringify(entry('deployments', 'create'))}\n`);
  };
  const signalled = async (outcome: 'received' | 'deduplicated') =>
    (await ledgerOf(data, 'audit.event'))?.[outcome] ?? 0;
  const first = await startUp(data, '--no-example', '--audit-log', file);
  await until(
    async () => (await sourcesOf(first.url)).includes('connected'),
    () => 'the file',
  );
  write(20);
  await until(
    async () => (await signalled('received')) >= 20,
    () => 'the first',
    300,
  );
  await first.end('SIGKILL');
  write(10);
  renameSync(file, join(folder, 'audit-2026-03-08T15-21-12.035.log'));
  write(10);
  const second = await startUp(data, '--no-example', '--audit-log', file);
  const distinct = async () => (await signalled('received')) - (await signalled('deduplicated'));
  await until(
    async () => (await distinct()) >= 40,
    () => 'all of them',
    300,
  );
  expect(await distinct()).toBe(40);
  await second.end('SIGTERM');
});

async function sourcesOf(url: string): Promise<string> {
  const sources = (await (await fetch(`${url}/api/v1/sources`)).json()) as { source: string; state: string }[];
  return sources
    .filter(({ source }) => source === 'audit.event')
    .map(({ state }) => state)
    .join();
}

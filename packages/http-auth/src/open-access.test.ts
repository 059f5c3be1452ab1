// The real server on a real socket: what a client gets to see.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Access, openAccess } from './index.ts';

let dir: string;
const opened: (() => unknown)[] = [];
let refused: string[];
beforeEach(() => {
  refused = [];
  dir = mkdtempSync(join(tmpdir(), 'winnow-auth-'));
});
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
  rmSync(dir, { recursive: true, force: true });
});

const sha = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;
const credentials = (token: string) => `
credentials:
  - name: prometheus
    bearer: ["${sha(token)}", "second-token"]
    may: [alerts]
    clusters: [prod]
  - name: grafana
    basic: [{ user: grafana, password: "${sha('pass:word')}" }]
    may: [send]
  - { name: on-call, bearer: [reader], may: [read] }
  - { name: acme-people, bearer: [acme], may: [read], tenant: acme, clusters: ["prod-*"] }
  - { name: prometheus-of-acme, bearer: [acme-metrics], may: [metrics], tenant: acme }
  - { name: everyone, bearer: [all], may: [read], tenant: "*" }
`;

async function listen(access: Access): Promise<{ url: string; fastify: FastifyInstance }> {
  const fastify: FastifyInstance = Fastify({ ...((access.https && { https: access.https }) as object) });
  access.guard(fastify, (route, code) => refused.push(`${route} ${code}`));
  const whose = (asked: Parameters<Access['grantOf']>[0]) => access.grantOf(asked) ?? {};
  fastify.register(async (scope) => {
    for (const path of [
      '/api/v2/alerts',
      '/clusters/:cluster/api/v2/alerts',
      '/webhooks/pagerduty',
      '/api/v2/silences',
    ])
      scope.post(path, async (asked) => whose(asked));
    for (const path of ['/api/v1/incidents', '/-/healthy', '/metrics']) scope.get(path, async (asked) => whose(asked));
  });
  await fastify.listen({ host: '127.0.0.1', port: 0 });
  opened.push(() => fastify.close(), access.stop);
  const { port } = fastify.server.address() as { port: number };
  return { url: `${access.https ? 'https' : 'http'}://127.0.0.1:${port}`, fastify };
}

function withFile(text: string, more: Partial<Parameters<typeof openAccess>[0]> = {}) {
  const file = join(dir, 'auth.yaml');
  writeFileSync(file, text);
  return { file, access: openAccess({ config: { WINNOW_AUTH_FILE: file }, ...more }) };
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});

describe('given a file of credentials', () => {
  test.each([
    ['POST', '/api/v2/alerts', {}, 401],
    ['POST', '/api/v2/alerts', bearer('wrong'), 401],
    ['POST', '/api/v2/alerts', bearer('first-token'), 200],
    ['POST', '/api/v2/alerts', bearer('second-token'), 200],
    ['POST', '/api/v2/alerts', bearer(sha('first-token')), 401],
    ['POST', '/clusters/prod/api/v2/alerts', bearer('first-token'), 200],
    ['POST', '/webhooks/pagerduty', bearer('first-token'), 403],
    ['POST', '/%77ebhooks/pagerduty', bearer('first-token'), 403],
    ['POST', '/webhooks/pagerduty', basic('grafana', 'pass:word'), 200],
    ['POST', '/webhooks/pagerduty', basic('grafana', 'pass'), 401],
    ['POST', '/webhooks/pagerduty', basic('other', 'pass:word'), 401],
    ['POST', '/api/v2/silences', basic('grafana', 'pass:word'), 403],
    ['GET', '/api/v1/incidents', bearer('first-token'), 403],
    ['GET', '/api/v1/incidents', bearer('reader'), 200],
    ['HEAD', '/api/v1/incidents', {}, 401],
    ['GET', '/metrics', {}, 401],
    ['GET', '/metrics', bearer('reader'), 200],
    ['GET', '/metrics', bearer('all'), 200],
    ['GET', '/metrics', bearer('acme'), 403],
    ['GET', '/metrics', bearer('acme-metrics'), 200],
    ['GET', '/api/v1/incidents', bearer('acme-metrics'), 403],
    ['GET', '/api/v1/incidents', bearer('acme'), 200],
    ['GET', '/nowhere', {}, 401],
    ['GET', '/-/healthy', {}, 200],
  ])('when %s %s comes with %j, then %i', async (method, path, headers, status) => {
    const { access } = withFile(credentials('first-token'));
    const { url } = await listen(access);
    const answer = await fetch(url + path, { method, headers: headers as Record<string, string> });
    expect(answer.status).toBe(status);
    expect(answer.headers.has('www-authenticate')).toBe(status === 401);
    expect(refused.map((each) => Number(each.split(' ')[1]))).toEqual(status === 200 ? [] : [status]);
  });

  test('when a request is let pass, then its name and its clusters are known', async () => {
    const { access } = withFile(credentials('first-token'));
    const { url } = await listen(access);
    const answer = await fetch(`${url}/api/v2/alerts`, { method: 'POST', headers: bearer('second-token') });
    expect(await answer.json()).toMatchObject({ name: 'prometheus', clusters: ['prod'] });
    const reader = await fetch(`${url}/api/v1/incidents`, { headers: bearer('acme') });
    expect(await reader.json()).toMatchObject({ name: 'acme-people', tenant: 'acme', clusters: ['prod-*'] });
  });

  test.each(['a/b', '', 'x|y'])('when a tenant is called %j, then the file is refused', (tenant) => {
    const file = `credentials: [{ name: a, bearer: [x], may: [read], tenant: ${JSON.stringify(tenant)} }]`;
    expect(() => withFile(file)).toThrow('tenant');
  });

  test('when a page of another site posts, then it is refused, also where nobody is asked for credentials', async () => {
    const { url } = await listen(openAccess({ config: {} }));
    const post = async (origin: string) =>
      (await fetch(`${url}/api/v2/silences`, { method: 'POST', headers: { origin } })).status;
    expect([await post('https://evil.example'), await post('null'), await post(url)]).toEqual([403, 403, 200]);
    expect((await fetch(`${url}/metrics`, { headers: { origin: 'https://evil.example' } })).status).toBe(200);
  });

  test('when a route sees to it itself, then it is open', async () => {
    const { access } = withFile(credentials('x'), { open: ['/webhooks/pagerduty'] });
    const { url } = await listen(access);
    expect((await fetch(`${url}/webhooks/pagerduty`, { method: 'POST' })).status).toBe(200);
    expect((await fetch(`${url}/api/v2/alerts`, { method: 'POST' })).status).toBe(401);
  });

  test('when the file changes, then it counts from then on; one that cannot be read changes nothing, and is counted', async () => {
    const failures: unknown[] = [];
    const { access, file } = withFile(credentials('old'), { onReloadFailure: (error) => failures.push(error) });
    const { url } = await listen(access);
    const post = async (token: string) =>
      (await fetch(`${url}/api/v2/alerts`, { method: 'POST', headers: bearer(token) })).status;
    writeFileSync(file, 'credentials: []');
    access.look();
    access.look();
    expect([await post('old'), failures.length]).toEqual([200, 1]);
    expect(String(failures[0])).toContain('auth.yaml: credentials');
    writeFileSync(file, credentials('new'));
    access.look();
    expect([await post('old'), await post('new')]).toEqual([401, 200]);
    expect(access.readMetrics().map(({ samples }) => samples.map(({ value }) => value))).toEqual([[1], [1]]);
  });

  test('when nobody looks, then it is read again by itself', async () => {
    const { access, file } = withFile(credentials('old'));
    const { url } = await listen(access);
    writeFileSync(file, credentials('new-one'));
    const post = () => fetch(`${url}/api/v2/alerts`, { method: 'POST', headers: bearer('new-one') });
    for (let tries = 0; tries < 300 && (await post()).status !== 200; tries++) await sleep(100);
    expect((await post()).status).toBe(200);
  });

  test.each([
    ['credentials: [{ name: a, may: [read] }]', 'credentials[0]: has neither bearer'],
    ['credentials: [{ name: a, bearer: [s3cret], may: [reed] }]', 'credentials[0].may[0]'],
    ['credentials: [{ name: a, bearer: [s3cret], may: [read], cluster: x }]', 'cluster'],
    ['{', 'neither YAML nor JSON'],
  ])('when it is %s, then the error names the file and the field, and no secret', (text, message) => {
    expect(() => withFile(text)).toThrow(message);
    expect(() => withFile(text)).not.toThrow('s3cret');
  });
});

describe('given certificates', () => {
  const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { cwd: dir, stdio: 'pipe' });
  const subject = (name: string) => ['-subj', `/CN=${name}`, '-days', '2'];
  const selfSigned = (file: string, name: string) =>
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      `${file}.key`,
      '-out',
      `${file}.crt`,
      ...subject(name),
      '-addext',
      'subjectAltName=IP:127.0.0.1',
    );
  const config = () => ({ WINNOW_TLS_CERT_FILE: join(dir, 'a.crt'), WINNOW_TLS_KEY_FILE: join(dir, 'a.key') });

  interface Answered {
    readonly status: number;
    readonly server: string;
    readonly body: string;
  }
  const get = (url: string, more: object = {}) =>
    new Promise<Answered>((resolve, reject) => {
      const asked = request(url, { agent: false, rejectUnauthorized: false, ...more }, (answer) => {
        const server = (answer.socket as import('node:tls').TLSSocket).getPeerCertificate().subject?.CN as string;
        let body = '';
        answer.on('data', (chunk) => (body += chunk));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, server, body }));
      });
      asked.on('error', reject);
      asked.end();
    });

  test('when they are rotated, then new connections see the new one; TLS before 1.2 is refused', async () => {
    selfSigned('a', 'first');
    const access = openAccess({ config: config() });
    const { url } = await listen(access);
    expect(await get(`${url}/metrics`)).toMatchObject({ status: 200, server: 'first' });
    await expect(
      get(`${url}/metrics`, { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' }),
    ).rejects.toThrow();
    selfSigned('b', 'second');
    // The certificate alone is no pair with the old key: nothing changes until both are there.
    writeFileSync(join(dir, 'a.crt'), readFileSync(join(dir, 'b.crt')));
    access.look();
    expect(await get(`${url}/metrics`)).toMatchObject({ server: 'first' });
    writeFileSync(join(dir, 'a.key'), readFileSync(join(dir, 'b.key')));
    access.look();
    expect(await get(`${url}/metrics`)).toMatchObject({ status: 200, server: 'second' });
  });

  test('when clients have certificates, then these say who they are, or are the only way in', async () => {
    selfSigned('a', 'server');
    selfSigned('ca', 'authority');
    openssl(
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'client.key',
      '-out',
      'client.csr',
      '-subj',
      '/CN=kube-apiserver',
    );
    openssl(
      'x509',
      '-req',
      '-in',
      'client.csr',
      '-CA',
      'ca.crt',
      '-CAkey',
      'ca.key',
      '-out',
      'client.crt',
      '-days',
      '2',
    );
    const client = { cert: readFileSync(join(dir, 'client.crt')), key: readFileSync(join(dir, 'client.key')) };
    const tls = { ...config(), WINNOW_TLS_CLIENT_CA_FILE: join(dir, 'ca.crt') };
    const only = openAccess({ config: tls });
    expect(only.authenticates).toBe(true);
    const { url } = await listen(only);
    expect(await get(`${url}/metrics`, client)).toMatchObject({ status: 200 });
    await expect(get(`${url}/metrics`)).rejects.toThrow();

    const file = join(dir, 'auth.yaml');
    writeFileSync(file, 'credentials: [{ name: apiserver, certificates: [kube-apiserver], may: [read] }]');
    const both = await listen(openAccess({ config: { ...tls, WINNOW_AUTH_FILE: file } }));
    expect(await get(`${both.url}/metrics`, client)).toMatchObject({
      status: 200,
      body: '{"name":"apiserver","may":["read"]}',
    });
    expect(await get(`${both.url}/metrics`)).toMatchObject({ status: 401 });
    selfSigned('stranger', 'kube-apiserver');
    const stranger = { cert: readFileSync(join(dir, 'stranger.crt')), key: readFileSync(join(dir, 'stranger.key')) };
    expect(await get(`${both.url}/metrics`, stranger)).toMatchObject({ status: 401 });
  });

  test('when a file is missing, then the error names it', () => {
    expect(() => openAccess({ config: config() })).toThrow('a.crt');
  });
});

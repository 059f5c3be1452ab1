// Credentials and TLS as real senders use them: Prometheus by a token and a path prefix, Alertmanager by a password, amtool by a file.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { fileURLToPath } from 'node:url';
import type { Report } from '@winnow/contracts';
import { afterEach, describe, expect, it } from 'vitest';
import {
  amtool,
  freePort,
  missingServer,
  startAlertmanager,
  startPrometheus,
  temporaryFolder,
  until,
} from '../servers/index.ts';

const main = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

const credentials = {
  credentials: [
    { name: 'prometheus', bearer: ['prom-token'], may: ['alerts'], clusters: ['prod-eu-1'] },
    { name: 'alertmanager', basic: [{ user: 'am', password: 'am-password' }], may: ['alertmanager'] },
    { name: 'reader', bearer: ['read-token'], may: ['read'] },
  ],
};

/** `winnow up` with a certificate and credentials of its own. */
async function startGuarded() {
  const folder = temporaryFolder('winnow-access');
  const [cert, key] = [folder.file('tls.crt'), folder.file('tls.key')];
  const subject = ['-subj', '/CN=winnow', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, ...subject], {
    stdio: 'pipe',
  });
  writeFileSync(folder.file('auth.json'), JSON.stringify(credentials));
  const address = `127.0.0.1:${await freePort()}`;
  const env = {
    ...process.env,
    WINNOW_AUTH_FILE: folder.file('auth.json'),
    WINNOW_TLS_CERT_FILE: cert,
    WINNOW_TLS_KEY_FILE: key,
  };
  const child = spawn(
    process.execPath,
    [main, 'up', '--no-example', '--listen', address, '--data', folder.file('data')],
    {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let said = '';
  child.stderr.on('data', (chunk) => (said += chunk));
  ends.push(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  const url = `https://${address}`;
  const ca = readFileSync(cert);
  const get = (path: string, token?: string) => ask(url + path, ca, token);
  await until(
    async () => (await get('/-/ready').catch(() => undefined))?.status === 200,
    () => said,
  );
  return { url, address, cert, folder, get, said: () => said };
}

function ask(url: string, ca: Buffer, token?: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = token ? { authorization: `Bearer ${token}` } : {};
    const asked = request(url, { ca, headers, agent: false }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => (text += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    asked.on('error', reject);
    asked.end();
  });
}

const alert = {
  alert: 'KubePodCrashLooping',
  expr: 'vector(1)',
  labels: { namespace: 'shop', deployment: 'cart', severity: 'critical' },
};

describe.skipIf(missingServer('prometheus'))('given winnow up with credentials and TLS', () => {
  it('when a real Prometheus posts with its token below /clusters/NAME, then its alerts are that cluster’s; who has no token sees nothing', async () => {
    const winnow = await startGuarded();
    expect(winnow.said()).toContain('those who have credentials');
    const prometheus = await startPrometheus({
      config: {
        global: { evaluation_interval: '1s' },
        rule_files: ['rules.yml'],
        alerting: {
          alertmanagers: [
            {
              scheme: 'https',
              path_prefix: '/clusters/prod-eu-1',
              authorization: { credentials: 'prom-token' },
              tls_config: { ca_file: winnow.cert },
              static_configs: [{ targets: [winnow.address] }],
            },
          ],
        },
      },
      args: ['--rules.alert.resend-delay=1s'],
      files: { 'rules.yml': { groups: [{ name: 'shop', interval: '1s', rules: [alert] }] } },
    });
    ends.push(prometheus.stop);
    const reported = async () => JSON.parse((await winnow.get('/api/v1/incidents', 'read-token')).text) as Report;
    await until(async () => (await reported()).incidents.length > 0, winnow.said);
    expect((await reported()).incidents[0]).toMatchObject({ cluster: 'prod-eu-1', status: 'open' });
    expect((await winnow.get('/api/v1/incidents')).status).toBe(401);
    expect((await winnow.get('/api/v1/incidents', 'prom-token')).status).toBe(403);
    expect((await winnow.get('/-/healthy')).status).toBe(200);
  });

  it.skipIf(missingServer('alertmanager'))(
    'when a real Alertmanager forwards with a password, then amtool with a token sees what it told',
    async () => {
      const winnow = await startGuarded();
      const alertmanager = await startAlertmanager({
        config: {
          route: { receiver: 'winnow', group_by: ['alertname'], group_wait: '0s', group_interval: '1s' },
          receivers: [
            {
              name: 'winnow',
              webhook_configs: [
                {
                  url: `${winnow.url}/webhooks/alertmanager?cluster=prod-eu-1`,
                  http_config: {
                    basic_auth: { username: 'am', password: 'am-password' },
                    tls_config: { ca_file: winnow.cert },
                  },
                },
              ],
            },
          ],
        },
      });
      ends.push(alertmanager.stop);
      await amtool(['alert', 'add', 'KubePodCrashLooping', 'namespace=shop', 'deployment=cart'], alertmanager);
      const http = winnow.folder.file('amtool-http.yml');
      writeFileSync(http, `authorization: {credentials: read-token}\ntls_config: {ca_file: ${winnow.cert}}\n`);
      const seen = () => amtool(['--http.config.file', http, 'alert', 'query', '-o', 'simple'], winnow);
      await until(async () => (await seen()).stdout.includes('KubePodCrashLooping'), winnow.said);
      const refused = await amtool(['--http.config.file', http, 'silence', 'add', 'alertname=A', '-c', 'x'], winnow);
      expect(refused.code).not.toBe(0);
    },
  );
});

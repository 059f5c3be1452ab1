import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { User } from '@kubernetes/client-node';
import { afterAll, describe, expect, it } from 'vitest';
import { createCredentials } from './credentials.ts';

const folder = mkdtempSync(join(tmpdir(), 'winnow-credentials-'));
afterAll(() => rmSync(folder, { recursive: true }));

const server = 'https://10.0.0.1:6443';
const credentialsOf = (user: Partial<User>, now?: () => number, more: object = {}) => {
  const cluster = { name: 'c', server, skipTLSVerify: false, ...more };
  const place = { name: 'prod', context: 'prod', origin: 'a test', server };
  return createCredentials({ ...place, cluster, user: { name: 'u', ...user } }, now);
};

describe('credentials', () => {
  it('given a token and somebody to act as, when they are made, then both are headers', async () => {
    const { headers } = await credentialsOf({ token: 't', impersonateUser: 'jane' }).current();
    expect(headers).toEqual({ authorization: 'Bearer t', 'impersonate-user': 'jane' });
  });

  it('given a user name and a password, when they are made, then they are a header', async () => {
    const { headers } = await credentialsOf({ username: 'jane', password: 'p' }).current();
    expect(headers.authorization).toBe(`Basic ${btoa('jane:p')}`);
  });

  it('given certificates as data and as files, when they are made, then they are TLS options', async () => {
    writeFileSync(join(folder, 'key'), 'the key');
    const user = { certData: btoa('the certificate'), keyFile: join(folder, 'key') };
    const cluster = { caData: btoa('the authority'), tlsServerName: 'api', skipTLSVerify: true };
    const { tls } = await credentialsOf(user, undefined, cluster).current();
    expect(tls).toEqual({
      ...{ ca: Buffer.from('the authority'), cert: Buffer.from('the certificate'), key: Buffer.from('the key') },
      ...{ servername: 'api', rejectUnauthorized: false },
    });
  });

  it('given a file that was renewed, when they were refused, then it is read again, and connections are other ones', async () => {
    const keyFile = join(folder, 'renewed');
    writeFileSync(keyFile, 'old');
    const credentials = credentialsOf({ keyFile });
    const before = await credentials.current();
    writeFileSync(keyFile, 'new');
    expect((await credentials.current()).tlsKey).toBe(before.tlsKey);
    expect(credentials.refuse(credentials.generation)).toBe(true);
    const after = await credentials.current();
    expect(after.tls.key).toEqual(Buffer.from('new'));
    expect(after.tlsKey).not.toBe(before.tlsKey);
  });

  it('given several requests that were refused together, when they say so, then credentials are made anew once, and all ask again', () => {
    let now = 0;
    const credentials = credentialsOf({ token: 't' }, () => now);
    expect([credentials.refuse(0), credentials.refuse(0), credentials.refuse(0)]).toEqual([true, true, true]);
    expect(credentials.generation).toBe(1);
    expect(credentials.refuse(1)).toBe(false);
    now = 10_000;
    expect(credentials.refuse(1)).toBe(true);
  });

  it('given an identity provider, when its token is good, then that is the header', async () => {
    const claims = Buffer.from(JSON.stringify({ exp: 4_000_000_000 })).toString('base64url');
    const idToken = `${Buffer.from('{}').toString('base64url')}.${claims}.signature`;
    const authProvider = { name: 'oidc', config: { 'id-token': idToken, 'idp-issuer-url': 'https://idp.example' } };
    const { headers } = await credentialsOf({ authProvider }).current();
    expect(headers.authorization).toBe(`Bearer ${idToken}`);
  });

  it('given a proxy, when they are made, then lists and watches go through pools of their own', async () => {
    const { proxied } = await credentialsOf({ token: 't' }, undefined, { proxyUrl: 'http://127.0.0.1:1' }).current();
    expect(proxied?.requests).toBeDefined();
    expect(proxied?.watches).not.toBe(proxied?.requests);
  });

  it('given a plugin, when many ask at once, then it runs once', async () => {
    const command = join(folder, 'plugin');
    const runs = join(folder, 'runs');
    const credential = JSON.stringify({ status: { token: 'from the plugin' } });
    writeFileSync(command, `#!/bin/sh\necho run >> ${runs}\necho '${credential}'\n`);
    chmodSync(command, 0o755);
    const credentials = credentialsOf({ exec: { command } });
    const all = await Promise.all([credentials.current(), credentials.current(), credentials.current()]);
    expect(all.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill('Bearer from the plugin'));
    expect(readFileSync(runs, 'utf8')).toBe('run\n');
  });
});

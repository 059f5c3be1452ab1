import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { inClusterContext } from './in-cluster.ts';
import { loadContexts } from './load-contexts.ts';

const folder = mkdtempSync(join(tmpdir(), 'winnow-kubeconfig-'));
afterAll(() => rmSync(folder, { recursive: true }));

let written = 0;
function write(config: unknown): string {
  const file = join(folder, `config-${++written}`);
  writeFileSync(file, typeof config === 'string' ? config : stringify(config));
  return file;
}

const server = 'https://10.0.0.1:6443';
const cluster = (name: string, more: object = {}) => ({ name, cluster: { server, ...more } });
const user = (name: string, more: object = {}) => ({ name, user: { token: 'secret-token', ...more } });
const context = (name: string, clusterName = 'c', userName = 'u') => ({
  name,
  context: { cluster: clusterName, user: userName },
});
const plain = (more: object = {}) => ({
  ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'prod' },
  ...{ clusters: [cluster('c')], users: [user('u')], contexts: [context('prod'), context('staging')] },
  ...more,
});
const load = (file: string, options: object = {}) => loadContexts({ kubeconfig: file, env: {}, ...options });

describe('contexts of a kubeconfig', () => {
  it('given no choice, when they are loaded, then it is the current one', () => {
    const file = write(plain());
    expect(load(file)).toMatchObject([{ name: 'prod', context: 'prod', server, origin: file }]);
  });

  it('given names, when they are loaded, then clusters have the names that were asked for', () => {
    const contexts = ['staging', { context: 'prod', name: 'eu-1' }];
    expect(load(write(plain()), { contexts }).map(({ name, context: from }) => [name, from])).toEqual([
      ['staging', 'staging'],
      ['eu-1', 'prod'],
    ]);
  });

  it('given all, when they are loaded, then each is there', () => {
    expect(load(write(plain()), { contexts: 'all' }).map(({ name }) => name)).toEqual(['prod', 'staging']);
  });

  it('given several files in $KUBECONFIG, when they are loaded, then they are one, and what the first says counts', () => {
    const first = write(plain({ 'current-context': undefined, contexts: [context('prod')] }));
    const elsewhere = cluster('c', { server: 'https://elsewhere:6443' });
    const second = write(plain({ 'current-context': 'late', clusters: [elsewhere], contexts: [context('late')] }));
    const env = { KUBECONFIG: [first, join(folder, 'is-not-there'), second].join(':') };
    expect(loadContexts({ env })).toMatchObject([{ name: 'late', server, origin: second }]);
  });

  it('given no variable, when there is one at home, then it is that', () => {
    const home = join(folder, 'home');
    mkdirSync(join(home, '.kube'), { recursive: true });
    writeFileSync(join(home, '.kube', 'config'), stringify(plain()));
    expect(loadContexts({ env: { HOME: home } })).toMatchObject([{ name: 'prod' }]);
  });

  it('given relative paths, when they are loaded, then they are those beside the file', () => {
    const paths = { 'client-certificate': 'tls/me.crt', 'client-key': '/etc/me.key' };
    const exec = { command: './bin/login', args: ['--cluster', 1] };
    const users = [user('u', { ...paths, exec })];
    const [found] = load(write(plain({ clusters: [cluster('c', { 'certificate-authority': 'ca.crt' })], users })));
    expect(found?.cluster.caFile).toBe(join(folder, 'ca.crt'));
    expect(found?.user).toMatchObject({ certFile: join(folder, 'tls/me.crt'), keyFile: '/etc/me.key' });
    expect(found?.user.exec).toMatchObject({ command: join(folder, 'bin/login'), args: ['--cluster', '1'] });
  });

  it('given a token file, when it is loaded, then it counts before a token', () => {
    const [found] = load(write(plain({ users: [user('u', { tokenFile: 'token' })] })));
    expect(found?.user.token).toBeUndefined();
    expect(found?.user.authProvider).toEqual({ name: 'tokenFile', config: { tokenFile: join(folder, 'token') } });
  });

  it('given what kubectl proxy serves, when it is loaded, then plain HTTP and nobody are fine', () => {
    const contexts = [{ name: 'prod', context: { cluster: 'c' } }];
    const [found] = load(write(plain({ clusters: [cluster('c', { server: 'http://127.0.0.1:8001/' })], contexts })));
    expect(found).toMatchObject({ server: 'http://127.0.0.1:8001', user: { name: 'anonymous' } });
  });
});

describe('a kubeconfig that cannot be used', () => {
  it.each([
    ['no mapping', 'just a text', /no kubeconfig: a mapping with clusters, users and contexts/],
    ['no YAML', 'users:\n- name: u\n  user: {token: "secret-token', /line \d+: no YAML that can be read/],
    [
      'a list that is none',
      plain({ users: { u: { token: 'secret-token' } } }),
      /users is to be a list of \{name, user\}/,
    ],
    [
      'an entry without a name',
      plain({ users: [{ user: { token: 'secret-token' } }] }),
      /users\[0\]\.name is to be a text/,
    ],
    [
      'a cluster without a server',
      plain({ clusters: [{ name: 'c', cluster: {} }] }),
      /clusters\[0\] \(c\)\.cluster\.server is to be a URL/,
    ],
    [
      'a server that is no URL',
      plain({ clusters: [cluster('c', { server: '10.0.0.1:6443' })] }),
      /cluster\.server is to be a URL like/,
    ],
    [
      'a context without a cluster',
      plain({ contexts: [{ name: 'prod', context: {} }] }),
      /contexts\[0\] \(prod\)\.context\.cluster is to name a cluster/,
    ],
    [
      'a plugin without a command',
      plain({ users: [user('u', { exec: {} })] }),
      /users\[0\] \(u\)\.user\.exec\.command is to name a program/,
    ],
    [
      'a context of an unknown cluster',
      plain({ contexts: [context('prod', 'x')] }),
      /context prod names the cluster x, which .* does not have/,
    ],
    [
      'a context of an unknown user',
      plain({ contexts: [context('prod', 'c', 'x')] }),
      /context prod names the user x, which .* does not have/,
    ],
    ['an unknown current context', plain({ 'current-context': 'x' }), /has no context x: it has prod, staging/],
    ['no current context', plain({ 'current-context': '' }), /has no current-context: name one of prod, staging/],
  ])(
    'given %s, when it is loaded, then the error names the file and what is expected, and holds no secret',
    (_what, config, said) => {
      const file = write(config);
      expect(() => load(file)).toThrow(said);
      expect(() => load(file)).toThrow(file);
      expect(() => load(file)).not.toThrow('secret-token');
    },
  );

  it('given files that are not there, when they are loaded, then it is said where they were named', () => {
    const gone = join(folder, 'gone');
    expect(() => load(gone)).toThrow(`the kubeconfig is to be ${gone}: there is no such file`);
    expect(() => loadContexts({ env: { KUBECONFIG: gone } })).toThrow(
      `$KUBECONFIG names ${gone}: there is no such file`,
    );
    expect(() => loadContexts({ env: { HOME: gone } })).toThrow('set $KUBECONFIG, or write ~/.kube/config');
  });

  it('given two contexts with one name, when they are loaded, then that is refused', () => {
    const contexts = ['staging', { context: 'prod', name: 'staging' }];
    expect(() => load(write(plain()), { contexts })).toThrow('two contexts are to have the name staging');
  });

  it('given a directory, when it is loaded, then it is said that it cannot be read', () => {
    expect(() => load(folder)).toThrow(`${folder} cannot be read: EISDIR`);
  });
});

describe('the service account of a pod', () => {
  const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' };

  it('given a mounted token, when it is loaded, then it is asked for by its file, at the address of the Service', () => {
    writeFileSync(join(folder, 'token'), 'secret-token');
    expect(inClusterContext('prod', env, folder)).toMatchObject({
      ...{ name: 'prod', server: 'https://[fd00::1]:443', origin: folder },
      cluster: { caFile: join(folder, 'ca.crt') },
      user: { authProvider: { config: { tokenFile: join(folder, 'token') } } },
    });
  });

  it('given no pod, when it is loaded, then it is said what is expected', () => {
    expect(() => loadContexts({ inCluster: true, env: {} })).toThrow('this runs in no pod');
    expect(() => inClusterContext(undefined, env, join(folder, 'nowhere'))).toThrow('a mounted service account token');
  });
});

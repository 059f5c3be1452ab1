// Who one is, and whether the API server can be reached: against the real one.

import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { type ApiServer, connect, createDiscovery, loadContexts } from '@winnow/kubernetes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, type Kubernetes, missingServer, startKubernetes, temporaryFolder, until } from '../servers/index.ts';
import { createAuthority } from './kubernetes-fixtures/certificates.ts';
import { startFakeApiServer } from './kubernetes-fixtures/fake-api-server.ts';
import { readAll } from './kubernetes-fixtures/read-all.ts';

const missing = missingServer('kubernetes');
if (missing) console.warn(`left out: access to a real API server (${missing})`);

describe.skipIf(missing)('access to an API server', () => {
  const folder = temporaryFolder('kubernetes-access');
  let kubernetes: Kubernetes;
  let authority: ReturnType<typeof createAuthority>;

  beforeAll(async () => {
    authority = createAuthority(folder.path);
    const apiServerArgs = [`--client-ca-file=${authority.caFile}`];
    kubernetes = await startKubernetes({ controllers: false, apiServerArgs });
  });
  afterAll(async () => {
    await kubernetes?.stop();
    folder.remove();
  });

  /** Writes a kubeconfig of this user, and connects by it. */
  function connectAs(user: object, cluster: object = {}, env: Record<string, string> = {}): ApiServer {
    const file = folder.file(`${Math.random().toString(36).slice(2)}.kubeconfig`);
    const server = { server: kubernetes.url, 'certificate-authority': kubernetes.caFile, ...cluster };
    const config = {
      'current-context': 'here',
      contexts: [{ name: 'here', context: { cluster: 'c', user: 'u' } }],
      clusters: [{ name: 'c', cluster: server }],
      users: [{ name: 'u', user }],
    };
    writeFileSync(file, JSON.stringify(config));
    const [context] = loadContexts({ kubeconfig: file });
    return connect(context!, { env });
  }

  async function whoAmI(api: ApiServer): Promise<number> {
    const answer = await api.request({ path: '/api/v1/namespaces', purpose: 'list' });
    await readAll(answer);
    return answer.status;
  }

  it('given a token, when it is asked, then it answers', async () => {
    const api = connectAs({ token: kubernetes.token });
    expect(await whoAmI(api)).toBe(200);
    await api.close();
  });

  it('given a client certificate in files beside the kubeconfig, when it is asked, then it answers', async () => {
    authority.sign('operator', 'system:masters');
    const api = connectAs({ 'client-certificate': 'operator.crt', 'client-key': 'operator.key' });
    expect(await whoAmI(api)).toBe(200);
    await api.close();
  });

  it('given a client certificate as data, when its identity may not look, then the refusal is the answer', async () => {
    const { certFile, keyFile } = authority.sign('stranger', 'nobody');
    const base64 = (file: string) => readFileSync(file).toString('base64');
    const api = connectAs({ 'client-certificate-data': base64(certFile), 'client-key-data': base64(keyFile) });
    const answer = await api.request({ path: '/api/v1/namespaces', purpose: 'list' });
    expect(answer.status).toBe(403);
    expect(await readAll(answer)).toContain('stranger');
    await api.close();
  });

  it('given a token in a file, when the file is written anew after the token was revoked, then the new one is used', async () => {
    const tokenFile = folder.file('token');
    writeFileSync(tokenFile, 'revoked\n');
    const api = connectAs({ tokenFile: 'token' });
    expect(await whoAmI(api)).toBe(401);
    const renewed = connectAs({ tokenFile: 'token' });
    writeFileSync(tokenFile, `${kubernetes.token}\n`);
    expect(await whoAmI(renewed)).toBe(200);
    await api.close();
    await renewed.close();
  });

  it('given a service account mounted in a pod, when its token is rotated, then the next request takes the new one', async () => {
    const config = JSON.parse(
      readFileSync(await kubernetes.userKubeconfig({ name: 'rotating', rules: anyList }), 'utf8'),
    );
    const token = config.users[0].user.token as string;
    const tokenFile = folder.file('rotated');
    writeFileSync(tokenFile, token);
    const api = connectAs({ tokenFile });
    expect(await whoAmI(api)).toBe(200);
    // The library reads the file once a minute; an answer 401 has it read at once.
    await kubernetes.remove({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'rotating', namespace: 'default' },
    });
    writeFileSync(tokenFile, kubernetes.token);
    await until(
      async () => (await kubernetes.request('/api/v1/namespaces', { token })).status === 401,
      () => 'the old token is refused',
    );
    expect(await whoAmI(api)).toBe(200);
    await api.close();
  });

  describe('by a credential plugin', () => {
    /** A program that notes each run and prints what it is told to. */
    function writePlugin(name: string, output: string): { command: string; runs: () => number; seen: () => string } {
      const log = folder.file(`${name}.runs`);
      const command = folder.file(name);
      writeFileSync(command, `#!/bin/sh\necho "$KUBERNETES_EXEC_INFO" >> ${log}\n${output}\n`);
      chmodSync(command, 0o755);
      const seen = () => (existsSync(log) ? readFileSync(log, 'utf8') : '');
      return { command, seen, runs: () => seen().split('\n').filter(Boolean).length };
    }
    const credential = (status: object) =>
      `cat <<'EOF'\n${JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status })}\nEOF`;
    const exec = (command: string) => ({
      exec: {
        apiVersion: 'client.authentication.k8s.io/v1',
        command,
        interactiveMode: 'Never',
        installHint: 'Install it by: apt install it.',
      },
    });

    it('given one that prints a token, when many ask at once, then it runs once, and is told what is expected', async () => {
      const plugin = writePlugin('plugin-once', credential({ token: kubernetes.token }));
      const api = connectAs(exec('./plugin-once'));
      expect(await Promise.all([1, 2, 3, 4].map(() => whoAmI(api)))).toEqual([200, 200, 200, 200]);
      expect(await whoAmI(api)).toBe(200);
      expect(plugin.runs()).toBe(1);
      expect(JSON.parse(plugin.seen())).toMatchObject({ kind: 'ExecCredential', spec: { interactive: false } });
      await api.close();
    });

    it('given a token that has expired, when the next request comes, then the plugin runs again', async () => {
      const expired = { token: kubernetes.token, expirationTimestamp: '2020-01-01T00:00:00Z' };
      const plugin = writePlugin('plugin-expired', credential(expired));
      const api = connectAs(exec(plugin.command));
      expect([await whoAmI(api), await whoAmI(api)]).toEqual([200, 200]);
      expect(plugin.runs()).toBe(2);
      await api.close();
    });

    it('given a token that is refused, when it is asked again and again, then the plugin runs once more and not each time', async () => {
      const plugin = writePlugin('plugin-refused', credential({ token: 'nobody' }));
      const api = connectAs(exec(plugin.command));
      expect([await whoAmI(api), await whoAmI(api), await whoAmI(api)]).toEqual([401, 401, 401]);
      expect(plugin.runs()).toBe(2);
      await api.close();
    });

    it('given one that hangs, when the request is aborted, then that ends at once', async () => {
      const plugin = writePlugin('plugin-hangs', 'exec sleep 10');
      const api = connectAs(exec(plugin.command));
      const abort = new AbortController();
      const asked = api.request({ path: '/version', purpose: 'lookup', signal: abort.signal });
      const outcome = expect(asked).rejects.toThrow('deadline');
      await until(
        () => plugin.runs() === 1,
        () => 'the plugin runs',
      );
      abort.abort(new Error('deadline'));
      await outcome;
      await api.close();
    });

    it('given one that prints a client certificate, when it is asked, then it answers', async () => {
      const { certFile, keyFile } = authority.sign('by-plugin', 'system:masters');
      const pair = {
        clientCertificateData: readFileSync(certFile, 'utf8'),
        clientKeyData: readFileSync(keyFile, 'utf8'),
      };
      const api = connectAs(exec(writePlugin('plugin-certificate', credential(pair)).command));
      expect(await whoAmI(api)).toBe(200);
      await api.close();
    });

    it.each([
      [
        'is not installed',
        'no-such-plugin',
        '',
        /credential plugin no-such-plugin of the user u in .*kubeconfig is not installed, or not in PATH\. Install it by/,
      ],
      [
        'fails',
        './plugin-fails',
        'echo "login expired, token=abcdef0123456789" >&2; exit 1',
        /plugin-fails .* failed: login expired, token=\[REDACTED\]|login expired/,
      ],
      [
        'prints something else',
        './plugin-noise',
        'echo "eyJhbGciOiJIUzI1NiJ9.secret-that-must-not-show"',
        /plugin-noise .* printed no ExecCredential/,
      ],
    ])(
      'given one that %s, when it is asked, then the error says so and holds no secret',
      async (_what, command, output, said) => {
        if (output) writePlugin(command.slice(2), output);
        const api = connectAs(exec(command));
        const error = await whoAmI(api).catch((thrown: Error) => thrown);
        expect(error).toMatchObject({ name: 'ApiUnreachable', message: expect.stringMatching(said) });
        expect(String(error)).not.toMatch(/abcdef0123456789|secret-that-must-not-show/);
        await api.close();
      },
    );
  });

  describe('when it cannot be reached', () => {
    const errorOf = async (api: ApiServer) => {
      const error = await whoAmI(api).catch((thrown: Error) => thrown);
      await api.close();
      return String(error);
    };

    it('given an authority that is not known, then the error names the cluster and where the authority belongs', async () => {
      const api = connectAs({ token: kubernetes.token }, { 'certificate-authority': authority.caFile });
      expect(await errorOf(api)).toMatch(
        /cluster here: the certificate of https:.* not trusted: certificate-authority of the cluster c in/,
      );
    });

    it('given a name that the certificate does not have, then tls-server-name is hinted at, and mends it', async () => {
      const wrong = { 'tls-server-name': 'elsewhere.example' };
      expect(await errorOf(connectAs({ token: kubernetes.token }, wrong))).toMatch(/tls-server-name of the cluster c/);
      const api = connectAs({ token: kubernetes.token }, { 'tls-server-name': 'kubernetes.default.svc' });
      expect(await whoAmI(api)).toBe(200);
      await api.close();
    });

    it('given a port where nothing listens, a name that nobody knows, and a server without TLS, then each is said', async () => {
      const port = await freePort();
      expect(await errorOf(connectAs({}, { server: `https://127.0.0.1:${port}` }))).toMatch(
        /connection refused by https:\/\/127/,
      );
      expect(await errorOf(connectAs({}, { server: 'https://nowhere.invalid:6443' }))).toMatch(
        /nowhere\.invalid is not known to DNS/,
      );
      await using plain = await startFakeApiServer((_request, response) => response.end());
      const server = plain.url.replace('http:', 'https:');
      expect(await errorOf(connectAs({}, { server }))).toMatch(/https:.* does not speak TLS/);
    });

    it('given a server that is stopped in the middle of a watch, when it is back, then the next request is answered', async () => {
      const api = connectAs({ token: kubernetes.token });
      const query = { watch: 'true', resourceVersion: '0' };
      const watch = await api.request({ path: '/api/v1/namespaces', query, purpose: 'watch' });
      expect(watch.status).toBe(200);
      const ended = readAll(watch).then(
        () => 'ended',
        (error: Error) => error.message,
      );
      await kubernetes.stopApiServer({ signal: 'SIGKILL' });
      expect(await ended).toMatch(/ended|the connection to .* was cut/);
      await expect(whoAmI(api)).rejects.toThrow('cluster here: connection refused');
      await kubernetes.startApiServer();
      expect(await whoAmI(api)).toBe(200);
      await api.close();
    });
  });

  describe('through a proxy', () => {
    const tunnels: string[] = [];
    // Wherever it is asked to lead, it leads to the one API server that there is.
    const proxy = createServer().on('connect', (request, socket) => {
      tunnels.push(request.url ?? '');
      const onward = connectTcp(Number(new URL(kubernetes.url).port), '127.0.0.1', () =>
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n'),
      );
      onward.pipe(socket).pipe(onward);
      for (const end of [onward, socket]) end.on('error', () => [onward, socket].map((each) => each.destroy()));
    });
    const url = () => `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const server = 'https://kubernetes.default.svc:6443';

    beforeAll(() => new Promise<void>((resolve) => void proxy.listen(0, '127.0.0.1', resolve)));
    afterAll(() => void proxy.close());

    it.each([
      ['the kubeconfig', () => ({ 'proxy-url': url() }), () => ({})],
      ['the environment', () => ({}), () => ({ HTTPS_PROXY: url() })],
    ])(
      'given one in %s, when the server is asked and watched, then all goes through it',
      async (_where, cluster, env) => {
        tunnels.length = 0;
        const api = connectAs({ token: kubernetes.token }, { server, ...cluster() }, env());
        const query = { watch: 'true', resourceVersion: '0' };
        const watch = await api.request({ path: '/api/v1/namespaces', query, purpose: 'watch' });
        expect([watch.status, await whoAmI(api), await whoAmI(api)]).toEqual([200, 200, 200]);
        expect(new Set(tunnels)).toEqual(new Set([new URL(server).host]));
        await api.close();
      },
    );
  });

  it('given a priority level that rejects, when it is asked, then it is asked less, and other levels are not held up', async () => {
    const kubeconfig = await kubernetes.userKubeconfig({ name: 'rejected', rules: anyList });
    const api = connect(loadContexts({ kubeconfig })[0]!, { retries: 1 });
    expect(await whoAmI(api)).toBe(200);
    const flow = { apiVersion: 'flowcontrol.apiserver.k8s.io/v1', metadata: { name: 'rejecting' } };
    const level = {
      ...{ ...flow, kind: 'PriorityLevelConfiguration' },
      spec: {
        type: 'Limited',
        limited: { nominalConcurrencyShares: 0, borrowingLimitPercent: 0, limitResponse: { type: 'Reject' } },
      },
    };
    const subject = { kind: 'ServiceAccount', serviceAccount: { name: 'rejected', namespace: 'default' } };
    const resourceRules = [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], clusterScope: true, namespaces: ['*'] }];
    const schema = {
      ...{ ...flow, kind: 'FlowSchema' },
      spec: {
        ...{ priorityLevelConfiguration: { name: 'rejecting' }, matchingPrecedence: 2 },
        rules: [{ subjects: [subject], resourceRules }],
      },
    };
    await kubernetes.apply([level, schema]);
    const samples = (name: string) =>
      api.metrics().find((each) => each.name === `winnow_kubernetes_${name}`)?.samples ?? [];
    // A level without any share serves one request at a time all the same.
    await until(
      async () => {
        await Promise.all([1, 2, 3, 4].map(() => whoAmI(api)));
        return (samples('throttled_total')[0]?.value ?? 0) >= 2;
      },
      () => 'the level rejects',
    );
    const [throttled] = samples('throttled_total');
    expect(throttled?.labels.priority_level).toMatch(/^[0-9a-f-]{36}$/);
    expect(throttled?.value).toBeGreaterThanOrEqual(2);
    expect(samples('request_limit')[0]?.value).toBeLessThan(20);
    expect(samples('request_pause_seconds').find(({ labels }) => labels.purpose === 'lookup')?.value).toBe(0);
    await kubernetes.remove([schema, level]);
    await until(
      async () => (await whoAmI(api)) === 200,
      () => 'it is served again',
    );
    await api.close();
  });

  it('given an aggregated API that does not answer, when kinds are learned, then the others are told, and that one is named', async () => {
    await kubernetes.apply({
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v1beta1.metrics.k8s.io' },
      spec: {
        group: 'metrics.k8s.io',
        version: 'v1beta1',
        service: { namespace: 'kube-system', name: 'metrics-server' },
        insecureSkipTLSVerify: true,
        groupPriorityMinimum: 100,
        versionPriority: 100,
      },
    });
    const api = connectAs({ token: kubernetes.token });
    const discovery = createDiscovery(api, { ttl: 0 });
    await until(
      async () => (await discovery.resources()).length > 0 && discovery.problems().length > 0,
      () => 'the aggregated API is known to be down',
    );
    expect(discovery.problems()).toEqual(['metrics.k8s.io/v1beta1 does not answer']);
    const kinds = (await discovery.resources()).map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['Pod', 'Deployment', 'Ingress', 'HorizontalPodAutoscaler']));
    await api.close();
  });
});

const anyList = [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch'] }];

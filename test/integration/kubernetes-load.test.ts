// How a cluster's API server is spared, against a server whose strain is staged.
import { writeFileSync } from 'node:fs';
import type { MetricFamily } from '@winnow/contracts';
import { type ApiServer, connect, createDiscovery, listPages } from '@winnow/kubernetes';
import { describe, expect, it } from 'vitest';
import { temporaryFolder, until } from '../servers/index.ts';
import { sendJson, startFakeApiServer } from './kubernetes-fixtures/fake-api-server.ts';
import { readAll } from './kubernetes-fixtures/read-all.ts';

function figure(families: readonly MetricFamily[], name: string, labels: Record<string, string | number> = {}): number {
  const samples = families.find((each) => each.name === `winnow_kubernetes_${name}`)?.samples ?? [];
  const fitting = samples.filter((each) => Object.entries(labels).every(([key, value]) => each.labels[key] === value));
  return fitting.reduce((sum, { value }) => sum + value, 0);
}

const list = (api: ApiServer, signal?: AbortSignal) =>
  api.request({ path: '/api/v1/pods', purpose: 'list', ...(signal && { signal }) });

describe('a server that answers 429', () => {
  it('given Retry-After, when it is over, then the request is served, and the limit has shrunk', async () => {
    const times: number[] = [];
    await using server = await startFakeApiServer((_request, response) => {
      times.push(performance.now());
      if (times.length === 1)
        sendJson(response, 429, {}, { 'retry-after': '1', 'x-kubernetes-pf-prioritylevel-uid': 'low' });
      else sendJson(response, 200, { items: [] });
    });
    const api = connect(server.context);
    const answer = await list(api);
    expect(answer.status).toBe(200);
    expect(await readAll(answer)).toBe('{"items":[]}');
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(990);
    expect(figure(api.metrics(), 'throttled_total', { priority_level: 'low' })).toBe(1);
    expect(figure(api.metrics(), 'limit_shrinks_total', { cause: 'throttled' })).toBe(1);
    expect(figure(api.metrics(), 'request_limit')).toBeLessThan(20);
    await api.close();
  });

  it('given a server that never stops to reject, when it was asked some times, then that is the answer', async () => {
    await using server = await startFakeApiServer((_request, response) =>
      sendJson(response, 429, { message: 'too many requests' }, { 'retry-after': '0' }),
    );
    const api = connect(server.context, { retries: 2 });
    expect((await list(api)).status).toBe(429);
    expect(server.paths).toHaveLength(3);
    await api.close();
  });

  it('given a request that waits for its turn, when it is aborted, then it ends at once and nothing was sent', async () => {
    await using server = await startFakeApiServer((_request, response) =>
      sendJson(response, 429, {}, { 'retry-after': '100' }),
    );
    const api = connect(server.context);
    const abort = new AbortController();
    const asked = list(api, abort.signal);
    const outcome = expect(asked).rejects.toThrow('deadline');
    await until(
      () => figure(api.metrics(), 'requests_waiting', { purpose: 'list' }) === 1,
      () => 'a request that waits',
    );
    abort.abort(new Error('deadline'));
    await outcome;
    expect(server.paths).toHaveLength(1);
    await api.close();
  });
});

describe('many requests at once', () => {
  it('given watches that never end, when lists and look-ups come, then they are served', async () => {
    await using server = await startFakeApiServer((request, response) => {
      if (request.url?.includes('watch')) response.writeHead(200).write('{"type":"BOOKMARK"}\n');
      else sendJson(response, 200, {});
    });
    const api = connect(server.context);
    const watches = await Promise.all(
      Array.from({ length: 60 }, () =>
        api.request({ path: '/api/v1/pods', query: { watch: 'true' }, purpose: 'watch' }),
      ),
    );
    expect(watches.every(({ status }) => status === 200)).toBe(true);
    expect(server.open).toBe(60);
    expect((await list(api)).status).toBe(200);
    await api.close();
    await expect(readAll(watches[0]!)).rejects.toThrow('closed');
    await until(
      () => server.open === 0,
      () => 'the end of all watches',
    );
  });

  it('given requests that are aborted once they are read, when more come, then their connections are still used', async () => {
    const sockets = new Set<unknown>();
    await using server = await startFakeApiServer((request, response) => {
      sockets.add(request.socket);
      sendJson(response, 200, { items: 'x'.repeat(100_000) });
    });
    const api = connect(server.context);
    for (let round = 0; round < 10; round++) {
      const abort = new AbortController();
      await readAll(await list(api, abort.signal));
      abort.abort(new Error('it is over'));
    }
    expect(sockets.size).toBe(1);
    await api.close();
  });

  it('given a token that is refused, when many ask at once, then all ask again with the new one', async () => {
    const tokens = new Set(['old']);
    const folder = temporaryFolder('kubernetes-load');
    const tokenFile = folder.file('token');
    writeFileSync(tokenFile, 'old');
    await using server = await startFakeApiServer((request, response) => {
      const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
      sendJson(response, tokens.has(token) ? 200 : 401, {});
    });
    const user = { name: 'u', authProvider: { name: 'tokenFile', config: { tokenFile } } };
    const api = connect({ ...server.context, user });
    expect((await list(api)).status).toBe(200);
    writeFileSync(tokenFile, 'new');
    tokens.delete('old');
    tokens.add('new');
    const statuses = await Promise.all(
      [1, 2, 3].map(async () => {
        const answer = await list(api);
        await readAll(answer);
        return answer.status;
      }),
    );
    expect(statuses).toEqual([200, 200, 200]);
    await api.close();
    folder.remove();
  });

  it('given a hundred lists, when they are asked for together, then few run at once and all are served', async () => {
    let most = 0;
    await using server = await startFakeApiServer((_request, response) => {
      most = Math.max(most, server.open);
      setTimeout(() => sendJson(response, 200, {}), 5);
    });
    const api = connect(server.context, { rate: { start: 1000, most: 1000 } });
    const texts = await Promise.all(Array.from({ length: 100 }, async () => readAll(await list(api))));
    expect(texts).toHaveLength(100);
    expect(most).toBeLessThanOrEqual(4);
    await api.close();
  });
});

describe('a server that fails', () => {
  it('given one that does not answer, when the time is over, then it is said, and the limit shrinks', async () => {
    await using server = await startFakeApiServer(() => undefined);
    const api = connect(server.context, { headTimeout: 200 });
    await expect(list(api)).rejects.toThrow(/cluster fake: no answer within 0.2 s from http/);
    expect(figure(api.metrics(), 'limit_shrinks_total', { cause: 'timeout' })).toBe(1);
    expect(figure(api.metrics(), 'requests_total', { code: 'timeout' })).toBe(1);
    await api.close();
  });

  it('given a body that stops in the middle, when nothing comes any more, then the reading ends with an error', async () => {
    await using server = await startFakeApiServer((_request, response) => response.writeHead(200).write('{"items":['));
    const api = connect(server.context, { idleTimeout: 200 });
    await expect(readAll(await list(api))).rejects.toThrow('no byte within 0.2 s');
    expect(figure(api.metrics(), 'requests_in_flight')).toBe(0);
    await api.close();
  });

  it('given a connection that is cut in the middle of a body, when it is read, then the reading ends with an error', async () => {
    await using server = await startFakeApiServer((_request, response) => {
      response.writeHead(200).write('{"items":[');
      setTimeout(() => response.destroy(), 20);
    });
    const api = connect(server.context);
    await expect(readAll(await list(api))).rejects.toThrow(/cluster fake: the connection to .* was cut/);
    await api.close();
  });

  it('given a kept connection that the server closed, when the next request comes, then it goes over a new one', async () => {
    await using server = await startFakeApiServer((request, response) => {
      sendJson(response, 200, {});
      if (server.paths.length === 1)
        response.once('finish', () => setTimeout(() => request.socket.resetAndDestroy(), 5));
    });
    const api = connect(server.context);
    for (let round = 0; round < 20; round++) expect(await readAll(await list(api))).toBe('{}');
    await api.close();
  });

  it('given an answer whose body nobody reads, when some time is over, then its place is given back', async () => {
    await using server = await startFakeApiServer((_request, response) => sendJson(response, 200, {}));
    const api = connect(server.context, { idleTimeout: 100, places: { list: 1 } });
    await list(api);
    expect((await list(api)).status).toBe(200);
    await api.close();
  });

  it('given logs of a node that is down, when they fail, then the API server is not spared for it', async () => {
    await using server = await startFakeApiServer((_request, response) => sendJson(response, 502, {}));
    const api = connect(server.context);
    await api.request({ path: '/api/v1/namespaces/shop/pods/cart/log', purpose: 'lookup' });
    expect(figure(api.metrics(), 'limit_shrinks_total')).toBe(0);
    await api.request({ path: '/api/v1/pods', purpose: 'lookup' });
    expect(figure(api.metrics(), 'limit_shrinks_total', { cause: 'server-error' })).toBe(1);
    await api.close();
  });
});

describe('a list of several pages', () => {
  const pods = { group: '', version: 'v1', resource: 'pods', kind: 'Pod', namespaced: true, verbs: ['list'] };
  async function namesOf(api: ApiServer): Promise<readonly unknown[]> {
    const names: unknown[] = [];
    const signal = AbortSignal.timeout(60_000);
    for await (const page of listPages(api, { resource: pods, namespace: 'shop', signal }))
      names.push(...page.map(({ kind, name }) => `${kind} ${name}`));
    return names;
  }

  it('given one that has grown too old to go on, when the next page is asked for, then it begins anew, once', async () => {
    let expired = 0;
    await using server = await startFakeApiServer((request, response) => {
      const next = new URL(request.url ?? '', 'http://fake').searchParams.get('continue');
      if (next && expired++ === 0) sendJson(response, 410, { reason: 'Expired' });
      else if (next) sendJson(response, 200, { metadata: {}, items: [{ name: 'b' }] });
      else sendJson(response, 200, { metadata: { continue: 'more' }, items: [{ name: 'a' }] });
    });
    const api = connect(server.context);
    expect(await namesOf(api)).toEqual(['Pod a', 'Pod a', 'Pod b']);
    await api.close();
  });

  it('given one that is always too old, when it is read, then it ends with what the server says', async () => {
    await using server = await startFakeApiServer((request, response) => {
      if (request.url?.includes('continue'))
        sendJson(response, 410, { message: 'the provided continue parameter is too old' });
      else sendJson(response, 200, { metadata: { continue: 'more' }, items: [] });
    });
    const api = connect(server.context);
    await expect(namesOf(api)).rejects.toThrow('pods cannot be listed: 410 the provided continue parameter is too old');
    await api.close();
  });
});

const aggregated = (group: string, versions: readonly object[]) => ({
  kind: 'APIGroupDiscoveryList',
  items: [{ metadata: { name: group }, versions }],
});
const pods = { resource: 'pods', responseKind: { kind: 'Pod' }, scope: 'Namespaced', verbs: ['list', 'watch'] };

describe('discovery', () => {
  it('given what was learned, when its time is over, then it is asked whether it changed, by its ETag', async () => {
    let unchanged = 0;
    await using server = await startFakeApiServer((request, response) => {
      if (request.headers['if-none-match'] === '"1"') {
        unchanged++;
        response.writeHead(304).end();
      } else if (request.url === '/api') {
        sendJson(response, 200, aggregated('', [{ version: 'v1', resources: [pods] }]), { etag: '"1"' });
      } else sendJson(response, 200, aggregated('apps', []), { etag: '"1"' });
    });
    const api = connect(server.context);
    const discovery = createDiscovery(api, { ttl: 0 });
    const first = await discovery.resources();
    expect(first).toMatchObject([{ group: '', version: 'v1', resource: 'pods', kind: 'Pod', namespaced: true }]);
    expect(await discovery.resources()).toEqual(first);
    expect(unchanged).toBe(2);
    await api.close();
  });

  it('given what was learned, when it is asked for again soon, then the server is left alone', async () => {
    await using server = await startFakeApiServer((_request, response) => sendJson(response, 200, aggregated('', [])));
    const api = connect(server.context);
    const { resources } = createDiscovery(api);
    await Promise.all([resources(), resources()]);
    await resources();
    expect(server.paths).toEqual(['/api', '/apis']);
    await api.close();
  });

  it('given a server that knows the older form only, when a group does not answer, then the others are told all the same', async () => {
    await using server = await startFakeApiServer((request, response) => {
      const known: Record<string, unknown> = {
        '/api': { kind: 'APIVersions', versions: ['v1'] },
        '/apis': {
          kind: 'APIGroupList',
          groups: [
            {
              name: 'apps',
              preferredVersion: { version: 'v1' },
              versions: [{ version: 'v1beta1' }, { version: 'v1' }],
            },
            { name: 'metrics.k8s.io', versions: [{ version: 'v1beta1' }] },
          ],
        },
        '/api/v1': {
          resources: [
            { name: 'pods', kind: 'Pod', namespaced: true, verbs: ['list'] },
            { name: 'pods/log', kind: 'Pod' },
          ],
        },
        '/apis/apps/v1': {
          resources: [{ name: 'deployments', kind: 'Deployment', namespaced: true, verbs: ['list'] }],
        },
        '/apis/apps/v1beta1': {
          resources: [{ name: 'deployments', kind: 'Deployment', namespaced: true, verbs: ['list'] }],
        },
      };
      const found = known[request.url ?? ''];
      sendJson(
        response,
        found ? 200 : 503,
        found ?? { message: 'the server is currently unable to handle the request' },
      );
    });
    const api = connect(server.context);
    const discovery = createDiscovery(api);
    const told = (await discovery.resources()).map(({ group, version, resource }) => `${group}/${version}/${resource}`);
    expect(told).toEqual(['/v1/pods', 'apps/v1/deployments']);
    expect(discovery.problems()).toEqual([
      'cluster fake: /apis/metrics.k8s.io/v1beta1 cannot be learned: 503 the server is currently unable to handle the request',
    ]);
    await api.close();
  });

  it('given a server that fails later, when it is asked again, then what was known is told, and the problem', async () => {
    let down = false;
    await using server = await startFakeApiServer((_request, response) =>
      down
        ? sendJson(response, 500, { message: 'etcd' })
        : sendJson(response, 200, aggregated('', [{ version: 'v1', resources: [pods] }])),
    );
    const api = connect(server.context);
    const discovery = createDiscovery(api, { ttl: 0 });
    const first = await discovery.resources();
    down = true;
    expect(await discovery.resources()).toEqual(first);
    expect(discovery.problems()).toEqual([expect.stringContaining('500 etcd')]);
    await api.close();
  });
});

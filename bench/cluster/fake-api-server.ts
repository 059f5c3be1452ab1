// A fake: answers discovery, lists and watches of a cluster with so many pods over a real socket, generated page by page, and nothing else.
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { storedPod } from './pods.ts';

export interface FakeApiServer {
  readonly url: string;
  stop(): Promise<void>;
}

const VERSION = 1_000_000;
const verbs = ['get', 'list', 'watch'];
const coreResources = [{ name: 'pods', kind: 'Pod', namespaced: true, verbs }];

export async function startFakeApiServer(pods: number): Promise<FakeApiServer> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://fake');
    if (url.pathname === '/api') json(response, { kind: 'APIVersions', versions: ['v1'] });
    else if (url.pathname === '/apis') json(response, { kind: 'APIGroupList', groups: [] });
    else if (url.pathname === '/api/v1')
      json(response, { kind: 'APIResourceList', groupVersion: 'v1', resources: coreResources });
    else if (url.pathname === '/version') json(response, { gitVersion: 'v1.34.0-fake' });
    else if (url.pathname === '/api/v1/pods' && url.searchParams.has('watch')) watch(response);
    else if (url.pathname === '/api/v1/pods') page(response, url.searchParams, pods);
    else json(response, { kind: 'Status', code: 404, message: 'the fake has pods only' }, 404);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function json(response: ServerResponse, body: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function page(response: ServerResponse, query: URLSearchParams, pods: number): Promise<void> {
  const from = Number(query.get('continue') ?? 0);
  const to = Math.min(pods, from + Number(query.get('limit') ?? pods));
  const token = to < pods ? { continue: String(to), remainingItemCount: pods - to } : {};
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write(
    `{"kind":"PodList","apiVersion":"v1","metadata":${JSON.stringify({ resourceVersion: String(VERSION), ...token })},"items":[`,
  );
  for (let i = from; i < to; i++) {
    const { kind: _, apiVersion: __, ...item } = storedPod(i, 100, i + 1);
    if (!response.write(`${i > from ? ',' : ''}${JSON.stringify(item)}`)) await once(response, 'drain');
  }
  response.end(']}\n');
}

function watch(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
  const bookmark = { type: 'BOOKMARK', object: { kind: 'Pod', metadata: { resourceVersion: String(VERSION) } } };
  const timer = setInterval(() => response.write(`${JSON.stringify(bookmark)}\n`), 1_000);
  response.on('close', () => clearInterval(timer));
}

// A server that answers as an API server under strain does, which a real one cannot be made to do at will. It speaks plain HTTP.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ClusterContext } from '@winnow/kubernetes';

export interface FakeApiServer extends AsyncDisposable {
  readonly url: string;
  /** Paths of the requests that came, in their order. */
  readonly paths: readonly string[];
  /** Requests that are under way. */
  readonly open: number;
  readonly context: ClusterContext;
  stop(): Promise<void>;
}

/** @param answer what it does with each request; never answering is an answer, too */
export async function startFakeApiServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<FakeApiServer> {
  const paths: string[] = [];
  let open = 0;
  const server = createServer((request, response) => {
    paths.push(request.url ?? '');
    open++;
    response.once('close', () => open--);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    url,
    paths,
    get open() {
      return open;
    },
    context: contextOf(url),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function contextOf(server: string): ClusterContext {
  const cluster = { name: 'fake', server, skipTLSVerify: true };
  return { name: 'fake', context: 'fake', origin: 'a test', server, cluster, user: { name: 'nobody' } };
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Proxy extends AsyncDisposable {
  readonly port: number;
  /** As the target's, with the proxy's host and port. */
  readonly url: string;
  /** Connections that are open towards the proxy. */
  readonly connections: number;
  /** Keeps all connections open, accepts new ones, and passes nothing: what a lost network path looks like. */
  goSilent(): void;
  /** Resets all connections, in both directions, and goes on accepting. */
  cut(): void;
  /** Passes again; what was held back while it was silent is delivered. */
  resume(): void;
  stop(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

/** A TCP proxy before a server, which fails as networks fail. TLS passes through: its certificate must name 127.0.0.1. */
export async function startProxy(targetUrl: string): Promise<Proxy> {
  const target = new URL(targetUrl);
  const targetPort = Number(target.port || (target.protocol === 'https:' ? 443 : 80));
  const pairs = new Set<Pair>();
  let silent = false;

  // Half-open connections are passed on as they are: one side may end before the other.
  const listener = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
    const server = connect({ port: targetPort, host: target.hostname, allowHalfOpen: true });
    const pair = { client, server };
    pairs.add(pair);
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      // An error is followed by the close.
      socket.on('error', () => undefined);
      socket.on('close', () => {
        // While it is silent nobody learns that the other side has gone.
        if (!silent) other.destroy();
        if (other.destroyed) pairs.delete(pair);
      });
    }
    if (!silent) pass(pair);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  const url = new URL(targetUrl);
  url.host = `127.0.0.1:${port}`;

  const reset = () => {
    for (const { client, server } of pairs) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
    pairs.clear();
  };
  const stop = async () => {
    reset();
    if (!listener.listening) return;
    listener.close();
    await once(listener, 'close');
  };
  return {
    port,
    url: url.href.replace(/\/$/, ''),
    get connections() {
      return pairs.size;
    },
    goSilent() {
      silent = true;
      for (const { client, server } of pairs) {
        client.unpipe(server).pause();
        server.unpipe(client).pause();
      }
    },
    cut: reset,
    resume() {
      silent = false;
      for (const pair of pairs) pass(pair);
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function pass({ client, server }: Pair): void {
  if (client.destroyed) server.destroy();
  if (server.destroyed) client.destroy();
  client.pipe(server);
  server.pipe(client);
}

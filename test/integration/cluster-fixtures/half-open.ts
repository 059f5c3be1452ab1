// A TCP proxy whose open connections can be lost in the way that nobody is told of: they stay open and are silent for ever, new ones work.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface HalfOpenProxy extends AsyncDisposable {
  readonly url: string;
  /** Connections that are open now pass nothing any more. */
  loseConnections(): void;
}

export async function startHalfOpenProxy(targetUrl: string): Promise<HalfOpenProxy> {
  const target = new URL(targetUrl);
  const pairs = new Set<readonly [Socket, Socket]>();
  const sockets = new Set<Socket>();
  const listener = createServer((client) => {
    const server = connect({ port: Number(target.port), host: target.hostname });
    const pair = [client, server] as const;
    pairs.add(pair);
    for (const socket of pair) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        if (!pairs.has(pair)) return;
        client.destroy();
        server.destroy();
      });
    }
    client.pipe(server).pipe(client);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    url: `https://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    loseConnections() {
      for (const [client, server] of pairs) {
        client.unpipe(server).pause();
        server.unpipe(client).pause();
      }
      pairs.clear();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      listener.close();
      await once(listener, 'close');
    },
  };
}

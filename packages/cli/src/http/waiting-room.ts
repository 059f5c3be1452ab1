// Answers for a process that cannot begin yet, since what it runs on is not there: it is healthy, and not ready. Were it started anew, it
// would wait again.
import { createServer } from 'node:http';
import type { ListenAddress } from './listen-address.ts';

export interface WaitingRoom {
  /** Gives the address free. */
  close(): Promise<void>;
}

/** @param why it is not ready, in words. Where the address cannot be taken nobody is answered: that is told when it is really needed. */
export function openWaitingRoom(address: ListenAddress, why: string): WaitingRoom {
  const problem = JSON.stringify({ type: 'about:blank', title: 'Not ready', status: 503, detail: why });
  const server = createServer((request, response) => {
    const isHealth = request.url === '/-/healthy';
    const type = isHealth ? 'text/plain; charset=utf-8' : 'application/problem+json';
    response.writeHead(isHealth ? 200 : 503, { 'content-type': type, connection: 'close' });
    response.end(isHealth ? 'OK\n' : problem);
  });
  server.on('error', () => undefined).listen(address.port, address.host);
  return {
    async close() {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      server.closeAllConnections();
      await promise;
    },
  };
}

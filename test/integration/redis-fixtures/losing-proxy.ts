// A proxy that lets requests through and loses their answers: what the client sees of a connection that breaks just after its request.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

export interface LosingProxy {
  readonly url: string;
  /** How many answers were lost. */
  readonly lost: number;
  /** The bytes of the latest request. */
  readonly latest: Buffer;
  /** The answers to the next requests that hold this text are lost, and the connection with them. */
  loseAnswersTo(text: string, times?: number): void;
  stop(): Promise<void>;
}

export async function startLosingProxy(targetUrl: string): Promise<LosingProxy> {
  const target = new URL(targetUrl);
  let awaited = '';
  let left = 0;
  let lost = 0;
  let latest = Buffer.alloc(0);
  const listener = createServer((client) => {
    const server = connect(Number(target.port), target.hostname);
    let isLosing = false;
    client.on('data', (request: Buffer<ArrayBuffer>) => {
      latest = request;
      if (left > 0 && request.includes(awaited)) {
        isLosing = true;
        left -= 1;
      }
      server.write(request);
    });
    server.on('data', (answer) => {
      if (!isLosing) {
        client.write(answer);
        return;
      }
      lost += 1;
      client.resetAndDestroy();
      server.destroy();
    });
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      socket.on('error', () => undefined).on('close', () => other.destroy());
    }
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    url: `redis://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    get lost() {
      return lost;
    },
    get latest() {
      return latest;
    },
    loseAnswersTo(text, times = 1) {
      awaited = text;
      left = times;
    },
    async stop() {
      listener.close();
    },
  };
}

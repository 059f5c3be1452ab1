// A receiver of Alertmanager webhooks over a real socket, that answers as a test wants it to.
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Webhook } from '@winnow/notify';

export interface Received {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Webhook;
  /** What it was answered. */
  readonly answer: Answer;
}

export type Answer = number | 'hangs' | 'hangs-up';

export interface FakeReceiver {
  readonly url: string;
  readonly received: readonly Received[];
  /** Those that were answered with 2xx. */
  taken(): readonly Received[];
  /** How it answers from now on, by what comes. */
  answers(how: (body: Webhook, count: number) => Answer): void;
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startReceiver(how: (body: Webhook, count: number) => Answer = () => 200): Promise<FakeReceiver> {
  let answerOf = how;
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(parts).toString()) as Webhook;
      const answer = answerOf(body, received.length + 1);
      const { authorization } = request.headers;
      received.push({ at: Date.now(), path: request.url ?? '', authorization, body, answer });
      give(response, answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = () => end(server);
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    taken: () => received.filter(({ answer }) => typeof answer === 'number' && answer < 300),
    answers(next) {
      answerOf = next;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function give(response: ServerResponse, answer: Answer): void {
  if (answer === 'hangs') return;
  if (answer === 'hangs-up') response.destroy();
  else response.writeHead(answer).end();
}

async function end(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

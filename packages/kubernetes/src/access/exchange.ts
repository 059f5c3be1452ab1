// One request and the head of its answer, over node:http(s).
import { type Agent, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Socket } from 'node:net';

export interface Exchange {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly agent: Agent;
  readonly signal: AbortSignal;
  /** Milliseconds until a connection stands, TLS included. */
  readonly connectTimeout: number;
  /** Milliseconds until the head of the answer is there. */
  readonly headTimeout: number;
}

/** What did not happen in time. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut';
}

/** A kept connection that the other side had closed before it could take the request: another one may be better. */
class StaleConnection extends Error {
  override readonly name = 'StaleConnection';
}

/** Resolves with the head; the body is read from it. @throws TimedOut, the signal's reason, or what the connection failed with */
export async function exchange(options: Exchange): Promise<IncomingMessage> {
  for (;;) {
    try {
      return await exchangeOnce(options);
    } catch (error) {
      // Each stale connection leaves the pool, so this ends with a new one.
      if (!(error instanceof StaleConnection)) throw error;
    }
  }
}

function exchangeOnce({
  url,
  headers,
  agent,
  signal,
  connectTimeout,
  headTimeout,
}: Exchange): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const isPlain = url.protocol === 'http:';
  const request = (isPlain ? requestHttp : requestHttps)(url, { headers, agent });

  const late = (milliseconds: number, what: string) =>
    setTimeout(() => request.destroy(new TimedOut(`${what} within ${milliseconds / 1000} s`)), milliseconds);
  const connecting = late(connectTimeout, 'no connection');
  const answering = late(headTimeout, 'no answer');
  const abort = () => void request.destroy();
  signal.addEventListener('abort', abort, { once: true });
  const stopTimers = () => {
    clearTimeout(connecting);
    clearTimeout(answering);
  };

  request.on('socket', (socket) => {
    // What comes out of a proxy's tunnel may stand already.
    if (isConnected(socket)) clearTimeout(connecting);
    else socket.once(isPlain ? 'connect' : 'secureConnect', () => clearTimeout(connecting));
  });
  request.on('response', (response) => {
    stopTimers();
    response.once('close', () => signal.removeEventListener('abort', abort));
    resolve(response);
  });
  request.on('error', (error: NodeJS.ErrnoException) => {
    stopTimers();
    signal.removeEventListener('abort', abort);
    const isStale = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
    reject(signal.aborted ? signal.reason : isStale ? new StaleConnection() : error);
  });
  if (signal.aborted) abort();
  request.end();
  return promise;
}

function isConnected(socket: Socket & { readonly secureConnecting?: boolean }): boolean {
  return !socket.connecting && socket.secureConnecting !== true;
}

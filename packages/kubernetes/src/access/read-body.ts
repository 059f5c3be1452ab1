// The body of an answer, as a stream whose failures are told in words.
import type { IncomingMessage } from 'node:http';
import { TimedOut } from './exchange.ts';

export interface ReadBody {
  /** Milliseconds without a byte, while somebody waits for one, that end it; undefined for streams that may be silent. */
  readonly idleTimeout: number | undefined;
  readonly signal: AbortSignal;
  /** Somebody reads it. */
  readonly onBegin: () => void;
  readonly onBytes: (bytes: number) => void;
  /** The error to throw where the connection fails. */
  readonly explain: (error: unknown) => Error;
}

/** Whoever breaks off closes the connection; who reads to the end gives it back to the pool. */
export async function* readBody(message: IncomingMessage, options: ReadBody): AsyncGenerator<Uint8Array> {
  const { idleTimeout, signal, onBegin, onBytes, explain } = options;
  onBegin();
  const chunks = message[Symbol.asyncIterator]();
  try {
    for (;;) {
      const chunk = await withTimeout(() => chunks.next(), message, idleTimeout);
      if (chunk.done) return;
      onBytes(chunk.value.length);
      yield chunk.value;
    }
  } catch (error) {
    throw signal.aborted ? signal.reason : explain(error);
  } finally {
    if (!message.readableEnded) message.destroy();
  }
}

async function withTimeout<T>(read: () => Promise<T>, message: IncomingMessage, limit: number | undefined): Promise<T> {
  if (limit === undefined) return read();
  const error = new TimedOut(`no byte within ${limit / 1000} s`);
  const timer = setTimeout(() => message.destroy(error), limit);
  try {
    return await read();
  } finally {
    clearTimeout(timer);
  }
}

const MOST = 64 * 1024;

/** The first 64 KiB of a body, e.g. of a Status that says why something was refused. */
export async function readHead(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= MOST) break;
  }
  return Buffer.concat(chunks).subarray(0, MOST);
}

// Reads the bytes of a request, and no more of them than may be kept.
import type { Readable } from 'node:stream';

/** Bytes. */
export const BODY_LIMIT = 10 * 1024 * 1024;
/**
 * A body that is too large is still read to here, and dropped: a sender that is cut off in the middle sees a broken connection, not the
 * answer that says why.
 */
const PATIENCE = 16 * BODY_LIMIT;

export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

/** As Fastify's parsers do: calls back once, with the error or the bytes. */
export function collectBody(stream: Readable, done: (error: Error | null, body?: Buffer) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  const end = (error: Error | null, body?: Buffer) => {
    stream.removeAllListeners('data').removeAllListeners('end').removeAllListeners('error');
    done(error, body);
  };
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= BODY_LIMIT) chunks.push(chunk);
    else chunks.length = 0;
    if (size > PATIENCE) end(new BodyTooLarge());
  });
  stream.on('end', () => (size > BODY_LIMIT ? end(new BodyTooLarge()) : end(null, Buffer.concat(chunks))));
  stream.on('error', end);
}

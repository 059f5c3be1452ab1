// Reads the bytes of a request, compressed or not, and no more of them than may be kept.
import type { Readable } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';

/** Bytes, after decompression. */
export const BODY_LIMIT = 10 * 1024 * 1024;
/**
 * A body that is too large is still read to here, and dropped: a sender that is cut off in the middle sees a broken connection, not the
 * answer that says why.
 */
const PATIENCE = 16 * BODY_LIMIT;

export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

/** It is not compressed as its Content-Encoding says. */
export class BodyDamaged extends Error {
  override readonly name = 'BodyDamaged';
}

export class EncodingUnknown extends Error {
  override readonly name = 'EncodingUnknown';
}

const inflaters = { gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate } as const;

/** What Content-Encoding may be, besides nothing. */
export const ENCODINGS = 'gzip, deflate';

type Done = (error: Error | null, body?: Buffer) => void;

/** As Fastify's parsers do: calls back once, with the error or the bytes. */
export function collectBody(stream: Readable, encoding: string | undefined, done: Done): void {
  const name = encoding?.trim().toLowerCase() || 'identity';
  if (name === 'identity') collectPlain(stream, done);
  else if (Object.hasOwn(inflaters, name)) collectInflated(stream, inflaters[name as keyof typeof inflaters](), done);
  else drain(stream, () => done(new EncodingUnknown(name)));
}

function collectPlain(stream: Readable, done: Done): void {
  const chunks: Buffer[] = [];
  let size = 0;
  const onData = (chunk: Buffer) => {
    size += chunk.length;
    if (size <= BODY_LIMIT) chunks.push(chunk);
    else chunks.length = 0;
    if (size > PATIENCE) end(new BodyTooLarge());
  };
  const onEnd = () => (size > BODY_LIMIT ? end(new BodyTooLarge()) : end(null, Buffer.concat(chunks)));
  const end = (error: Error | null, body?: Buffer) => {
    stream.off('data', onData).off('end', onEnd).off('error', end);
    done(error, body);
  };
  stream.on('data', onData).on('end', onEnd).on('error', end);
}

/** A small body may inflate to any size: it is no longer inflated where it is too large, and the rest of it is read and dropped. */
function collectInflated(stream: Readable, inflater: ReturnType<typeof createGunzip>, done: Done): void {
  const chunks: Buffer[] = [];
  let size = 0;
  let ended = false;
  const end = (error: Error | null, body?: Buffer) => {
    if (ended) return;
    ended = true;
    stream.unpipe(inflater);
    inflater.destroy();
    if (error && !stream.readableEnded && !stream.destroyed) drain(stream, () => done(error));
    else done(error, body);
  };
  inflater.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > BODY_LIMIT) end(new BodyTooLarge());
    else chunks.push(chunk);
  });
  inflater.on('end', () => end(null, Buffer.concat(chunks)));
  inflater.on('error', (error) => end(new BodyDamaged(error.message)));
  stream.on('error', end);
  stream.pipe(inflater);
}

/** Reads what is left, up to the end of patience. */
function drain(stream: Readable, then: () => void): void {
  let size = 0;
  const end = () => {
    stream.off('data', onData).off('end', end).off('error', end).off('close', end);
    then();
  };
  const onData = (chunk: Buffer) => {
    size += chunk.length;
    if (size > PATIENCE) end();
  };
  stream.on('data', onData).on('end', end).on('error', end).on('close', end).resume();
}

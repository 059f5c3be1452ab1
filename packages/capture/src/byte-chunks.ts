// Bytes of a file or of stdin, unpacked where they are gzip. What they are is seen by content, never by name.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { InputUnreadable } from './input-error.ts';

export type Chunks = AsyncIterable<Buffer>;

/** @throws InputUnreadable where there is no such file. */
export async function byteChunks(path: string): Promise<Chunks> {
  if (path === '-') return unpacked(process.stdin as AsyncIterable<Buffer>);
  const info = await stat(path).catch((error: Error) => {
    throw new InputUnreadable(`${path}: ${error.message}`);
  });
  if (info.isDirectory()) throw new InputUnreadable(`${path} is a directory; a file was expected.`);
  return unpacked(createReadStream(path, { highWaterMark: 256 * 1024 }));
}

/** Takes the first chunks that hold at least `bytes`, and gives them back as the head of the same stream. */
export async function peek(
  chunks: Chunks,
  enough: (head: Buffer) => boolean,
): Promise<{ head: Buffer; chunks: Chunks }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const taken: Buffer[] = [];
  let head = Buffer.alloc(0);
  while (!enough(head)) {
    const next = await iterator.next();
    if (next.done) break;
    taken.push(next.value);
    head = Buffer.concat([head, next.value]);
  }
  return { head, chunks: resumed(head, iterator) };
}

async function* resumed(head: Buffer, iterator: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (head.length > 0) yield head;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}

async function* unpacked(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const { head, chunks } = await peek(source, (bytes) => bytes.length >= 2);
  if (head[0] !== 0x1f || head[1] !== 0x8b) yield* chunks;
  else yield* gunzip(chunks);
}

async function* gunzip(chunks: Chunks): AsyncGenerator<Buffer> {
  const packed = Readable.from(chunks, { objectMode: false });
  const plain = createGunzip();
  packed.on('error', (error) => plain.destroy(error));
  packed.pipe(plain);
  try {
    yield* plain as AsyncIterable<Buffer>;
  } finally {
    packed.destroy();
    plain.destroy();
  }
}

/** The whole as one text. @throws RangeError where it is over `limit` bytes. */
export async function readText(chunks: Chunks, limit: number): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > limit) throw new RangeError(`over ${limit} bytes`);
    parts.push(chunk);
  }
  return decode(Buffer.concat(parts));
}

/** UTF-8; UTF-16 where it says so, as what PowerShell redirects into a file. */
function decode(bytes: Buffer): string {
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe;
  return bytes.toString(wide ? 'utf16le' : 'utf8').replace(/^\ufeff/, '');
}

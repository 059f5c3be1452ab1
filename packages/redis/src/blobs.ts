// How a delta or a snapshot lies in Redis: in pieces, the first headed by the checksum and the length of the whole.
import { crc32 } from 'node:zlib';

/** No value that is sent or kept is much larger than this. */
export const PIECE = 1024 * 1024;
const HEAD = 8;

export function toPieces(content: Uint8Array): Buffer[] {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const head = Buffer.alloc(HEAD);
  head.writeUInt32LE(crc32(bytes), 0);
  head.writeUInt32LE(bytes.length, 4);
  const pieces: Buffer[] = [Buffer.concat([head, bytes.subarray(0, PIECE)])];
  for (let at = PIECE; at < bytes.length; at += PIECE) pieces.push(bytes.subarray(at, at + PIECE));
  return pieces;
}

/** Undefined where the pieces are not what was written. */
export function fromPieces(pieces: readonly Buffer[]): Uint8Array | undefined {
  const [first, ...rest] = pieces;
  if (first === undefined || first.length < HEAD) return undefined;
  const content = rest.length === 0 ? first.subarray(HEAD) : Buffer.concat([first.subarray(HEAD), ...rest]);
  const isWhole = content.length === first.readUInt32LE(4) && crc32(content) === first.readUInt32LE(0);
  return isWhole ? new Uint8Array(content.buffer, content.byteOffset, content.length) : undefined;
}

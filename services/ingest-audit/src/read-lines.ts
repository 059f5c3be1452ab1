// Lines of a file from a place on, a piece at a time. A line that is not ended yet is left for later; one that is too long is left out.
import type { FileHandle } from 'node:fs/promises';

export interface Line {
  /** Undefined where it was too long to be read. */
  readonly text?: string;
  /** Bytes, its end included. */
  readonly size: number;
}

export interface Piece {
  readonly lines: readonly Line[];
  /** Behind the last of them. */
  readonly offset: number;
}

/** Bytes that are read at once. */
const PIECE = 256 * 1024;
/** Bytes. An entry may hold an object at the limit of what etcd stores; much more would keep the thread that parses it too long. */
const LINE_LIMIT = 2 * 1024 * 1024;

const NEWLINE = 0x0a;

/**
 * The next whole lines behind `offset`; none where the file has no more.
 * @param last nobody writes to the file any more: what it ends with is a line.
 */
export async function readPiece(file: FileHandle, offset: number, last: boolean): Promise<Piece | undefined> {
  let size = PIECE;
  for (;;) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(size), 0, size, offset);
    const bytes = buffer.subarray(0, bytesRead);
    const end = bytes.lastIndexOf(NEWLINE);
    if (end >= 0) return { lines: [...linesOf(bytes.subarray(0, end + 1))], offset: offset + end + 1 };
    if (bytesRead < size) {
      if (!last || bytesRead === 0) return undefined;
      return { lines: [{ text: bytes.toString('utf8'), size: bytesRead }], offset: offset + bytesRead };
    }
    if (size >= LINE_LIMIT) return skipLine(file, offset, last);
    size = Math.min(LINE_LIMIT, size * 4);
  }
}

function* linesOf(bytes: Buffer): Generator<Line> {
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(NEWLINE, from);
    yield { text: bytes.toString('utf8', from, end), size: end + 1 - from };
    from = end + 1;
  }
}

/** Finds where a line ends that is too long to be held. */
async function skipLine(file: FileHandle, offset: number, last: boolean): Promise<Piece | undefined> {
  const buffer = Buffer.allocUnsafe(PIECE);
  for (let at = offset; ; ) {
    const { bytesRead } = await file.read(buffer, 0, PIECE, at);
    const end = buffer.subarray(0, bytesRead).indexOf(NEWLINE);
    if (end < 0 && bytesRead === 0 && !last) return undefined;
    at += end < 0 ? bytesRead : end + 1;
    if (end >= 0 || bytesRead === 0) return { lines: [{ size: at - offset }], offset: at };
  }
}

/** Behind the last line that is ended: one that is being written is read whole. */
export async function startOfLastLine(file: FileHandle): Promise<number> {
  for (let end = (await file.stat()).size; end > 0; ) {
    const from = Math.max(0, end - PIECE);
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(end - from), 0, end - from, from);
    const newline = buffer.subarray(0, bytesRead).lastIndexOf(NEWLINE);
    if (newline >= 0) return from + newline + 1;
    end = from;
  }
  return 0;
}

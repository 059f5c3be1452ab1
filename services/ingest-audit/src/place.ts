// Where a followed file has been read to, so that the place is found again whatever was renamed, copied or cut meanwhile.
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

/** Everything before `offset` is durable in the log. */
export interface Place {
  readonly ino: number;
  readonly dev: number;
  /** Bytes; the start of a line. */
  readonly offset: number;
  /** Hash of the bytes before it: a number alone does not tell a file from its successor. */
  readonly mark: string;
}

/** Bytes that a mark is made of. */
const MARK = 1024;

export async function markBefore(file: FileHandle, offset: number): Promise<string> {
  const length = Math.min(MARK, offset);
  const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, offset - length);
  return bytesRead < length ? 'short' : createHash('sha256').update(buffer).digest('hex').slice(0, 32);
}

/** True where the file still has before the place what it had. */
export async function holds(file: FileHandle, { offset, mark }: Pick<Place, 'offset' | 'mark'>): Promise<boolean> {
  return (await file.stat()).size >= offset && (await markBefore(file, offset)) === mark;
}

/** What was kept as a checkpoint; undefined where it is none. */
export function readPlace(value: unknown): Place | undefined {
  const { ino, dev, offset, mark } = (value ?? {}) as Partial<Place>;
  const known =
    typeof ino === 'number' && typeof dev === 'number' && typeof offset === 'number' && typeof mark === 'string';
  return known && offset >= 0 ? { ino, dev, offset, mark } : undefined;
}

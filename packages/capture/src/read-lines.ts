// Lines of a stream, one after the other, in memory that does not grow with the stream nor with its longest line.
import type { Chunks } from './byte-chunks.ts';

/** Bytes. */
export const LINE_LIMIT = 64 * 1024 * 1024;

export interface Line {
  /** From 1. */
  readonly number: number;
  /** Without its end; cut at the limit where `bytes` says that there was more. */
  readonly text: string;
  /** Bytes of the line in the stream. */
  readonly bytes: number;
}

const NEWLINE = 0x0a;

/** Yields the lines in batches: those that one chunk completes. Blank lines are counted and left out. */
export async function* readLines(chunks: Chunks, limit = LINE_LIMIT): AsyncGenerator<Line[]> {
  let parts: Buffer[] = [];
  let kept = 0;
  let bytes = 0;
  let number = 0;
  const keep = (part: Buffer) => {
    bytes += part.length;
    const fitting = part.subarray(0, Math.max(0, limit - kept));
    if (fitting.length > 0) parts.push(fitting);
    kept += fitting.length;
  };
  const end = (batch: Line[]) => {
    number++;
    const text = textOf(parts, number === 1);
    if (bytes > limit || text.trim() !== '') batch.push({ number, text, bytes });
    parts = [];
    kept = bytes = 0;
  };
  for await (const chunk of chunks) {
    const batch: Line[] = [];
    let from = 0;
    for (let to = chunk.indexOf(NEWLINE); to >= 0; to = chunk.indexOf(NEWLINE, from)) {
      keep(chunk.subarray(from, to));
      end(batch);
      from = to + 1;
    }
    if (from < chunk.length) keep(chunk.subarray(from));
    if (batch.length > 0) yield batch;
  }
  const last: Line[] = [];
  if (bytes > 0) end(last);
  if (last.length > 0) yield last;
}

function textOf(parts: readonly Buffer[], first: boolean): string {
  const [only] = parts;
  const text = parts.length === 1 && only ? only.toString('utf8') : Buffer.concat(parts).toString('utf8');
  const start = first && text.charCodeAt(0) === 0xfeff ? 1 : 0;
  return text.endsWith('\r') ? text.slice(start, -1) : text.slice(start);
}

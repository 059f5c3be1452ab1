// `winnow diagnose PATH`: what PATH is, seen by what is there.
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { byteChunks, peek } from './byte-chunks.ts';
import type { ReadOptions } from './intake.ts';
import { type Capture, objectsOf, openCapture } from './open-capture.ts';
import { type Recording, recordingOf } from './open-recording.ts';
import { LINE_LIMIT } from './read-lines.ts';
import { looksLikeArrival } from './recording-line.ts';

/**
 * A directory is a capture. A file or `-` (stdin) is a recording where its first line has `at` and `source`, else Kubernetes objects as
 * JSON or YAML. @throws InputUnreadable where there is nothing, or it may not be read.
 */
export async function openInput(path: string, options: ReadOptions): Promise<Capture | Recording> {
  const info = path === '-' ? undefined : await stat(path).catch(() => undefined);
  if (info?.isDirectory()) return openCapture(path, options);
  const { head, chunks } = await peek(await byteChunks(path), hasFirstLine);
  const name = path === '-' ? 'stdin' : basename(path);
  return looksLikeArrival(firstLine(head.toString('utf8')))
    ? recordingOf(chunks, options)
    : objectsOf(chunks, name, options);
}

/** A first line that is not blank has come, whole. */
function hasFirstLine(head: Buffer): boolean {
  if (head.length > LINE_LIMIT) return true;
  const start = head.findIndex((byte) => byte > 0x20);
  return start >= 0 && head.indexOf(0x0a, start) >= 0;
}

function firstLine(head: string): string {
  return (
    head
      .replace(/^\ufeff/, '')
      .trimStart()
      .split('\n', 1)[0] ?? ''
  );
}

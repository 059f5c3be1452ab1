// What a commit brings, as words of the commit script: in threes of what, name and content.
import type { Commit, LedgerCell, Offsets } from '@winnow/stream';
import { PIECE, toPieces } from './blobs.ts';
import type { Word } from './commands.ts';

/** One topic order, and no topic that stands at its beginning: equal offsets are equal texts. */
export function offsetsText(offsets: Offsets): string {
  const moved = Object.entries(offsets).filter(([, offset]) => offset > 0);
  return JSON.stringify(Object.fromEntries(moved.sort(([one], [other]) => (one < other ? -1 : 1))));
}

export function commitWords({ delta, snapshots, ledger, outgoing }: Commit): Word[] {
  const words: Word[] = [];
  if (delta.length > 0) toPieces(delta).forEach((piece, at) => void words.push('delta', at, piece));
  for (const { bucket, of, content } of snapshots) {
    const name = `${of}:${bucket}`;
    const [first, ...rest] = toPieces(content);
    words.push('snapshot', name, first as Buffer);
    rest.forEach((piece, at) => void words.push('further', `${name}:${at + 1}`, piece));
  }
  for (const cell of ledger) words.push('ledger', cellName(cell), cell.count);
  for (const record of outgoing) words.push('outgoing', String(record.headers.seq), JSON.stringify(record));
  return words;
}

const cellName = ({ source, outcome, reason }: LedgerCell) => JSON.stringify([source, outcome, reason]);

export function readCell(name: string, count: string): LedgerCell {
  const [source, outcome, reason] = JSON.parse(name);
  return { source, outcome, reason, count: Number(count) };
}

/** Whole threes, in groups that one call may carry. */
export function inCalls(words: readonly Word[]): Word[][] {
  const calls: Word[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (let at = 0; at < words.length; at += 3) {
    const three = words.slice(at, at + 3);
    const size = Buffer.byteLength(String(three[1])) + sizeOf(three[2] as Word);
    if (bytes + size > PIECE || (calls.at(-1)?.length ?? 0) >= MOST_WORDS) {
      calls.push([]);
      bytes = 0;
    }
    calls.at(-1)?.push(...three);
    bytes += size;
  }
  return calls;
}

const MOST_WORDS = 6000;
const sizeOf = (word: Word) => (Buffer.isBuffer(word) ? word.length : Buffer.byteLength(String(word)));

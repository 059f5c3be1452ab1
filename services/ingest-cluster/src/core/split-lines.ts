// A watch is one JSON document a line.
import { createGatherer, type Piece } from './gather-bytes.ts';

export interface LineSplitter {
  /** The lines that end within these bytes, without the empty ones. */
  push(chunk: Uint8Array): Piece[];
  /** True where a line has begun and not ended: it was cut off, and will be told again. */
  isOpen(): boolean;
}

const NEWLINE = 0x0a;

/** A line over the limit (bytes) is kept by its beginning only. */
export function createLineSplitter(limit: number): LineSplitter {
  const line = createGatherer(limit);
  return {
    push(chunk) {
      const lines: Piece[] = [];
      let from = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
        line.add(chunk.subarray(from, end));
        if (!line.isEmpty()) lines.push(line.take());
        from = end + 1;
      }
      if (from < chunk.length) line.add(chunk.subarray(from));
      return lines;
    },
    isOpen: () => !line.isEmpty(),
  };
}

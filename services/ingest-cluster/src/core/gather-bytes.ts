// Bytes of one JSON document, gathered from the chunks in which they come, within a limit.

/** The bytes of one JSON document. */
export interface Piece {
  /** Only its beginning where it was over the limit. */
  readonly bytes: Uint8Array;
  /** How large it was. */
  readonly size: number;
}

/** What is kept of a document that is over the limit: an object's name stands at its beginning. */
const KEPT_BEGINNING = 64 * 1024;

export function createGatherer(limit: number) {
  let parts: Uint8Array[] = [];
  let size = 0;
  return {
    add(part: Uint8Array): void {
      const before = size;
      size += part.length;
      if (size <= limit) parts.push(part);
      else if (before <= limit) parts = [join([...parts, part]).slice(0, Math.min(limit, KEPT_BEGINNING))];
    },
    take(): Piece {
      const piece = { bytes: join(parts), size };
      parts = [];
      size = 0;
      return piece;
    },
    isEmpty: (): boolean => size === 0,
  };
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

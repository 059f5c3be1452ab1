import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromPieces, PIECE, toPieces } from './blobs.ts';

describe('blobs in pieces', () => {
  it.each([0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])(
    'given %i bytes, when they are put together, then they are the same',
    (length) => {
      const content = new Uint8Array(length).map((_, at) => at % 251);
      const pieces = toPieces(content);
      expect(Buffer.compare(fromPieces(pieces) as Uint8Array, content)).toBe(0);
      expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(PIECE + 8);
    },
  );

  it('given any changed byte, when they are put together, then they are refused', () => {
    const content = fc.uint8Array({ minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(content, fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, at, change) => {
        const [piece] = toPieces(bytes) as [Buffer];
        const place = at % piece.length;
        piece[place] = (piece[place] as number) ^ change;
        expect(fromPieces([piece])).toBeUndefined();
      }),
    );
  });

  it('given no piece, or too few, when they are put together, then they are refused', () => {
    expect(fromPieces([])).toBeUndefined();
    expect(fromPieces(toPieces(new Uint8Array(2 * PIECE)).slice(0, 1))).toBeUndefined();
  });
});

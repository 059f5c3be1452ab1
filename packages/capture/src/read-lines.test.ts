import { expect, it } from 'vitest';
import { type Line, readLines } from './read-lines.ts';

async function linesOf(pieces: readonly string[], limit?: number): Promise<Line[]> {
  async function* chunks() {
    for (const piece of pieces) yield Buffer.from(piece);
  }
  const lines: Line[] = [];
  for await (const batch of readLines(chunks(), limit)) lines.push(...batch);
  return lines;
}

it('given a mark of byte order, carriage returns, blank lines and no last end, when lines are read, then texts and numbers are right', async () => {
  const lines = await linesOf(['\ufeffa\r', '\n\n  \nb', 'c']);
  expect(lines.map(({ number, text }) => [number, text])).toEqual([
    [1, 'a'],
    [4, 'bc'],
  ]);
});

it('given a line over the limit, when lines are read, then it is cut, its size is told, and the next one is whole', async () => {
  const lines = await linesOf(['x'.repeat(30), 'x'.repeat(30), '\nnext\n'], 16);
  expect(lines).toEqual([
    { number: 1, text: 'x'.repeat(16), bytes: 60 },
    { number: 2, text: 'next', bytes: 4 },
  ]);
});

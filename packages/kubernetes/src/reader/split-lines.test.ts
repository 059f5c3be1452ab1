import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitLines } from './split-lines.ts';

async function linesOf(bytes: Uint8Array, sizes: readonly number[]): Promise<readonly string[]> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    let from = 0;
    for (const size of sizes) {
      yield bytes.subarray(from, from + size);
      from += size;
    }
    yield bytes.subarray(from);
  }
  const lines: string[] = [];
  for await (const batch of splitLines(chunks())) lines.push(...batch);
  return lines;
}

describe('lines of a stream', () => {
  it('are the same however the bytes are cut', async () => {
    const anyText = fc.string({ unit: fc.constantFrom('a', 'é', '🙂', '\n', ' '), maxLength: 80 });
    await fc.assert(
      fc.asyncProperty(anyText, fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 30 }), async (text, sizes) => {
        const expected = text.split('\n');
        if (expected.at(-1) === '') expected.pop();
        expect(await linesOf(Buffer.from(text), sizes)).toEqual(expected);
      }),
    );
  });

  it('are cut where one is longer than what is kept', async () => {
    const lines = await linesOf(Buffer.from(`${'x'.repeat(100_000)}\nnext`), [5000, 5000]);
    expect(lines.map(({ length }) => length)).toEqual([8192, 4]);
  });
});

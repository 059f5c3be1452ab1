import { describe, expect, test } from 'vitest';
import { createProgress } from './progress.ts';

function given(isTTY: boolean) {
  const written: string[] = [];
  let time = 0;
  const progress = createProgress({ isTTY, columns: 20, write: (text) => written.push(text) }, () => time);
  return { progress, written, at: (ms: number) => (time = ms) };
}

describe('given long work', () => {
  test('when nobody watches a terminal, then a plain line every 5 s', () => {
    const { progress, written, at } = given(false);
    for (let ms = 0; ms <= 11_000; ms += 100) {
      at(ms);
      progress.update(() => `${ms / 1000} s`);
    }
    progress.done();
    expect(written).toEqual(['5 s\n', '10 s\n']);
  });

  test('when there is a terminal, then one line that fits and is taken away at the end', () => {
    const { progress, written, at } = given(true);
    at(150);
    progress.update(() => 'x'.repeat(30));
    progress.update(() => 'too soon');
    progress.done();
    expect(written).toEqual([`\r\u001b[2K${'x'.repeat(19)}`, '\r\u001b[2K']);
  });

  test('when it is over at once, then nothing is shown', () => {
    const { progress, written } = given(true);
    progress.update(() => 'x');
    progress.done();
    expect(written).toEqual([]);
  });
});

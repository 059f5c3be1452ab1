import { describe, expect, it } from 'vitest';
import { createKnownTexts } from './known-texts.ts';

const name = (number: number) => String(number).padStart(10, '0');

/** How many of so many texts are found, each asked for once and learned where it is not known. */
function pass(known: ReturnType<typeof createKnownTexts<number>>, texts: number): number {
  let found = 0;
  for (let number = 0; number < texts; number++) {
    if (known.get(name(number)) === undefined) known.set(name(number), number, 90);
    else found++;
  }
  return found;
}

describe('given texts that are remembered', () => {
  it('when there is room for all of them, then each is found again, with what was made of it', () => {
    const known = createKnownTexts<number>(100 * 1_000);
    pass(known, 1_000);
    expect(pass(known, 1_000)).toBe(1_000);
    expect(known.get(name(7))).toBe(7);
  });

  it('when there are far more than there is room for, then they are let go, and those that come again are found once more', () => {
    const known = createKnownTexts<number>(100 * 1_000);
    pass(known, 50_000);
    expect(known.get(name(0))).toBeUndefined();
    for (let again = 0; again < 40; again++) pass(known, 100);
    expect(pass(known, 100)).toBe(100);
    for (let again = 0; again < 10; again++) pass(known, 900);
    expect(pass(known, 900)).toBe(900);
  });
});

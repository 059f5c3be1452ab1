// Senders repeat their alerts every minute, in the same words: what was made of a piece of JSON before is known by its text.

/** Pieces by their text; the room is counted in characters, theirs and those of what was made of them. */
export interface KnownTexts<T> {
  get(text: string): T | undefined;
  /** `text` is kept: it is to be no part of a larger one, which would be kept with it. */
  set(text: string, made: T, size: number): T;
}

/**
 * Two generations: what was not asked for while the young one filled up is forgotten. Where next to nothing is found again (there are far
 * more than there is room for), little is kept. @param most characters in each of them.
 */
export function createKnownTexts<T>(most: number): KnownTexts<T> {
  let young = new Map<string, Kept<T>>();
  let old = new Map<string, Kept<T>>();
  let room = most;
  let used = 0;
  let found = 0;

  function keep(text: string, kept: Kept<T>): T {
    used += kept.size;
    if (used > room) turnOver(kept.size);
    young.set(text, kept);
    return kept.made;
  }

  function turnOver(size: number): void {
    room = found * SELDOM < young.size ? most / SELDOM : most;
    old = young;
    young = new Map();
    used = size;
    found = 0;
  }

  return {
    get(text) {
      const known = young.get(text);
      if (known) {
        found++;
        return known.made;
      }
      const aged = old.get(text);
      if (!aged) return undefined;
      found++;
      // Under the text that is kept already: the one that is asked for may be a part of a whole request.
      return keep(aged.text, aged);
    },
    set: (text, made, size) => keep(text, { text, made, size: text.length + size }),
  };
}

/** Fewer than one in so many is found again: then as many times less is kept. */
const SELDOM = 8;

interface Kept<T> {
  readonly text: string;
  readonly made: T;
  readonly size: number;
}

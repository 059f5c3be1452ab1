// Senders repeat their alerts every minute, in the same words: what was made of a piece of JSON before is known by its text.

/** Pieces by their text; the room is counted in characters, theirs and those of what was made of them. */
export interface KnownTexts<T> {
  get(text: string): T | undefined;
  /** `text` is kept: it is to be no part of a larger one, which would be kept with it. */
  set(text: string, made: T, size: number): T;
}

/** Two generations: what was not asked for while the young one filled up is forgotten. @param room characters in each of them. */
export function createKnownTexts<T>(room: number): KnownTexts<T> {
  let young = new Map<string, Kept<T>>();
  let old = new Map<string, Kept<T>>();
  let used = 0;

  function keep(text: string, kept: Kept<T>): T {
    used += kept.size;
    if (used > room) {
      old = young;
      young = new Map();
      used = kept.size;
    }
    young.set(text, kept);
    return kept.made;
  }

  return {
    get(text) {
      const known = young.get(text);
      if (known) return known.made;
      const aged = old.get(text);
      // Under the text that is kept already: the one that is asked for may be a part of a whole request.
      return aged && keep(aged.text, aged);
    },
    set: (text, made, size) => keep(text, { text, made, size: text.length + size }),
  };
}

interface Kept<T> {
  readonly text: string;
  readonly made: T;
  readonly size: number;
}

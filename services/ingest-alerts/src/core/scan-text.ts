// Finds where texts and objects of texts end in JSON, without parsing it.

export const OPEN = 0x7b;
export const CLOSE = 0x7d;
const BACKSLASH = 0x5c;
/** Characters of a text, or of an object of texts; what is longer is unusual. */
const LONGEST = 4_096;

/** The quote that ends the text that begins at `from`. */
export function endOfText(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at >= 0 && at - from <= LONGEST && isEscaped(text, at)) at = text.indexOf('"', at + 1);
  return at - from > LONGEST ? -1 : at;
}

/** No escape, and nothing that JSON does not allow in a text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
export const isPlain = (value: string): boolean => !/[\\\u0000-\u001f]/.test(value);

/**
 * Behind the object of texts that opens at `from`: the first text that closes before a closing brace. Where that was the opening quote of
 * a text that begins with a brace, what stands before it is no JSON, and nobody knows it. -1 where there is none.
 */
export function endOfTexts(text: string, from: number): number {
  if (text.charCodeAt(from) !== OPEN) return -1;
  if (text.charCodeAt(from + 1) === CLOSE) return from + 2;
  let at = from;
  do {
    at = text.indexOf('"}', at + 1);
    if (at < 0 || at - from > LONGEST) return -1;
  } while (isEscaped(text, at));
  return at + 2;
}

/** An odd number of backslashes stands before it. */
function isEscaped(text: string, at: number): boolean {
  let from = at;
  while (text.charCodeAt(from - 1) === BACKSLASH) from--;
  return (at - from) % 2 === 1;
}

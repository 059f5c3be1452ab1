import { describeFound } from '@winnow/contracts';

export type Parsed = { readonly value: unknown } | { readonly found: string };

/** Parses JSON; where it is none, says so without a word of the text, which may hold secrets. */
export function parseJson(text: string): Parsed {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { found: describeSyntax(error, text) };
  }
}

function describeSyntax(error: unknown, text: string): string {
  if (text.trim() === '') return describeFound('');
  const words = error instanceof Error ? error.message : '';
  const position = /at position (\d+)/.exec(words)?.[1];
  if (position !== undefined) return `no JSON from character ${Number(position) + 1} on`;
  if (/end of JSON|Unterminated/.test(words)) return `JSON that ends too early, after ${text.length} characters`;
  return `${describeFound(text)} that is not JSON`;
}

// Lines of text within a width. Whatever came from a cluster is made harmless first.

/**
 * Text from outside may hold escape sequences that move a terminal's cursor or set its title, and marks that turn the direction of
 * writing: they are taken out, and line breaks become spaces.
 */
export function harmless(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
      .replace(/\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?)/g, '')
      .replace(/[\t\r\n\u2028\u2029]+/g, ' ')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: as above.
      .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
      .trim()
  );
}

/** Breaks a text between words; a word that is too long has a line of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/ +/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Wraps, puts `first` before the first line and as many spaces before the others. */
export function hang(first: string, text: string, width: number): string[] {
  const rest = ' '.repeat(first.length);
  return wrap(text, Math.max(20, width - first.length)).map((line, index) => (index === 0 ? first : rest) + line);
}

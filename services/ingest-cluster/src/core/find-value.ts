// One value out of the beginning of a JSON text that is too large to be parsed.

/**
 * The value at this path, where it stands complete in the text; undefined where it does not. Only objects on the way are gone into.
 */
export function findValue(text: string, path: readonly string[]): unknown {
  let from = skipBlank(text, 0);
  for (const key of path) {
    const found = findMember(text, from, key);
    if (found === undefined) return undefined;
    from = found;
  }
  const end = endOfValue(text, from);
  return end === undefined ? undefined : parse(text.slice(from, end));
}

/** Where the value of a member of the object that begins here stands. */
function findMember(text: string, from: number, wanted: string): number | undefined {
  if (text[from] !== '{') return undefined;
  for (let at = skipBlank(text, from + 1); text[at] === '"'; ) {
    const keyEnd = endOfText(text, at);
    if (keyEnd === undefined) return undefined;
    const value = skipBlank(text, skipBlank(text, keyEnd) + 1);
    if (parse(text.slice(at, keyEnd)) === wanted) return value < text.length ? value : undefined;
    const end = endOfValue(text, value);
    if (end === undefined) return undefined;
    const comma = skipBlank(text, end);
    if (text[comma] !== ',') return undefined;
    at = skipBlank(text, comma + 1);
  }
  return undefined;
}

/** Behind the value that begins here; undefined where it does not end in this text. */
function endOfValue(text: string, from: number): number | undefined {
  if (text[from] === '"') return endOfText(text, from);
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const sign = text[at]!;
    if (sign === '"') {
      const end = endOfText(text, at);
      if (end === undefined) return undefined;
      at = end - 1;
    } else if (sign === '{' || sign === '[') depth++;
    else if (sign === '}' || sign === ']') {
      if (depth === 0) return at;
      if (--depth === 0) return at + 1;
    } else if (depth === 0 && sign === ',') return at;
  }
  return undefined;
}

function endOfText(text: string, from: number): number | undefined {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at + 1;
  }
  return undefined;
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) <= 0x20) at++;
  return at;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// A large body is read a slice at a time, so that the thread that answers HTTP is never busy for long.

/** Bodies up to this many bytes are parsed in one go: about a millisecond. */
export const SLICE = 128 * 1024;

export interface JsonSlice {
  /** A JSON document of the same shape as the whole, with only some of the array's elements. */
  readonly text: string;
  /** How many elements of the array stand before these. */
  readonly base: number;
}

/**
 * Cuts a JSON body into documents with a part of its elements each: those of the array at the top, or of the array under `key` of
 * the object at the top. A body without such an array, or a short one, is one slice. `undefined` is no slice but a moment at which
 * others may have their turn.
 * It does not validate: parsing each slice does, since what is before and after the array is part of every one.
 * @throws SyntaxError where an element is missing between two commas, which no slice would show, or where the array does not end.
 */
export function* sliceJson(body: Uint8Array, key?: string, limit = SLICE): Generator<JsonSlice | undefined> {
  const open = body.length <= limit ? -1 : findArray(body, key);
  if (open < 0) {
    yield { text: textOf(body, 0, body.length), base: 0 };
    return;
  }
  const { parts, end } = yield* cutElements(body, open, limit);
  const head = textOf(body, 0, open + 1);
  const tail = textOf(body, end, body.length);
  for (const { from, to, base } of parts) yield { text: head + textOf(body, from, to) + tail, base };
}

interface Part {
  readonly from: number;
  readonly to: number;
  readonly base: number;
}

/** Finds where to cut, in time that is proportional to the body: hence the turns. */
function* cutElements(
  body: Uint8Array,
  open: number,
  limit: number,
): Generator<undefined, { parts: Part[]; end: number }> {
  const parts: Part[] = [];
  let from = open + 1;
  let base = 0;
  let count = 0;
  for (let at = endOfElement(body, from); ; at = endOfElement(body, at + 1)) {
    const last = body[at] !== COMMA;
    count++;
    if (!last && at - from < limit) continue;
    const empty = isBlank(body, from, at);
    if (empty && (!last || parts.length > 0)) throw new SyntaxError(`an element is missing before byte ${at}`);
    parts.push({ from, to: at, base });
    if (last) return { parts, end: at };
    [from, base] = [at + 1, count];
    yield;
  }
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const isOpening = (byte: number) => byte === 0x5b || byte === 0x7b;
const isClosing = (byte: number) => byte === 0x5d || byte === 0x7d;

/** From an element's first byte to the comma or the closing bracket behind it. */
function endOfElement(body: Uint8Array, start: number): number {
  let depth = 0;
  for (let at = start; at < body.length; at++) {
    const byte = body[at] as number;
    if (byte === QUOTE) at = endOfString(body, at);
    else if (isOpening(byte)) depth++;
    else if (depth === 0 && (byte === COMMA || isClosing(byte))) return at;
    else if (isClosing(byte)) depth--;
  }
  throw new SyntaxError('the text ends before its array does');
}

/** Where the string that opens at `start` closes. */
function endOfString(body: Uint8Array, start: number): number {
  for (let at = start + 1; at < body.length; at++) {
    if (body[at] === BACKSLASH) at++;
    else if (body[at] === QUOTE) return at;
  }
  throw new SyntaxError('a string does not end');
}

/** Where the wanted array opens; -1 where there is none. */
function findArray(body: Uint8Array, key: string | undefined): number {
  const start = skipBlank(body, 0);
  if (key === undefined) return body[start] === 0x5b ? start : -1;
  if (body[start] !== 0x7b) return -1;
  for (let at = start + 1; at < body.length; at = endOfElement(body, at) + 1) {
    const name = skipBlank(body, at);
    if (body[name] !== QUOTE) return -1;
    const end = endOfString(body, name);
    const colon = skipBlank(body, end + 1);
    const value = skipBlank(body, colon + 1);
    if (textOf(body, name + 1, end) === key && body[colon] === COLON) return body[value] === 0x5b ? value : -1;
  }
  return -1;
}

function skipBlank(body: Uint8Array, from: number): number {
  let at = from;
  while (at < body.length && (body[at] as number) <= 0x20) at++;
  return at;
}

function isBlank(body: Uint8Array, from: number, to: number): boolean {
  return skipBlank(body.subarray(0, to), from) >= to;
}

const decoder = new TextDecoder();
function textOf(body: Uint8Array, from: number, to: number): string {
  return decoder.decode(body.subarray(from, to));
}

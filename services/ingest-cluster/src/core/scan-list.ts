// A list's items, one by one, out of the bytes of its pages: a page is never held as a whole.
import { createGatherer, type Piece } from './gather-bytes.ts';

export interface ListScanner {
  /** The items that end within these bytes. */
  push(chunk: Uint8Array): Piece[];
  /** Of the page: its `metadata`, and whether the text came to its end. */
  end(): { readonly metadata: unknown; readonly complete: boolean };
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const BRACE = 0x7b;
const BRACKET = 0x5b;
/** `}` and `]` are two more. */
const CLOSES = 2;
const ITEM_DEPTH = 3;

const decoder = new TextDecoder();
const nothing = new Uint8Array(0);

/** Reads one page: `{…, "metadata": {…}, "items": [{…}, …]}`, in whatever order its fields come. An item over the limit (bytes) is kept by its beginning only. */
export function createListScanner(limit: number): ListScanner {
  const gatherer = createGatherer(limit);
  let depth = 0;
  let inText = false;
  let escaped = false;
  let expectsKey = false;
  let inItems = false;
  let key = '';
  let complete = false;
  /** The depth of what is being gathered; 0 where nothing is. */
  let gathering = 0;
  let metadata: unknown;

  function open(byte: number): boolean {
    depth++;
    if (depth === 1) expectsKey = true;
    if (depth === 2 && byte === BRACKET) inItems = key === 'items';
    if (gathering > 0 || byte !== BRACE) return false;
    if (!(depth === ITEM_DEPTH && inItems) && !(depth === 2 && key === 'metadata')) return false;
    gathering = depth;
    return true;
  }

  /** True where what is being gathered ends here. */
  function close(): boolean {
    const ends = depth === gathering;
    depth--;
    if (depth === 1) inItems = false;
    if (depth === 0) complete = true;
    return ends;
  }

  /** Answers where the text ends within these bytes, or their length. */
  function endOfText(chunk: Uint8Array, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      if (escaped) escaped = false;
      else if (chunk[at] === BACKSLASH) escaped = true;
      else if (chunk[at] === QUOTE) {
        inText = false;
        return at;
      }
    }
    return chunk.length;
  }

  function passText(chunk: Uint8Array, from: number): number {
    const end = endOfText(chunk, from);
    if (depth === 1 && expectsKey && key.length < 64) key += decoder.decode(chunk.subarray(from, end));
    return end;
  }

  /** What was gathered: an item is answered, the page's metadata is kept. */
  function finish(): Piece[] {
    const piece = gatherer.take();
    const isItem = gathering === ITEM_DEPTH;
    gathering = 0;
    if (isItem) return [piece];
    metadata = parse(piece);
    return [];
  }

  function push(chunk: Uint8Array): Piece[] {
    const pieces: Piece[] = [];
    let start = 0;
    for (let at = inText ? passText(chunk, 0) + 1 : 0; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (byte === QUOTE) {
        inText = true;
        if (depth === 1 && expectsKey) key = '';
        at = passText(chunk, at + 1);
      } else if (byte === BRACE || byte === BRACKET) {
        if (open(byte)) start = at;
      } else if (byte === BRACE + CLOSES || byte === BRACKET + CLOSES) {
        if (!close()) continue;
        gatherer.add(chunk.subarray(start, at + 1));
        pieces.push(...finish());
      } else if (depth === 1 && byte === COMMA) expectsKey = true;
      else if (depth === 1 && byte === COLON) expectsKey = false;
    }
    gatherer.add(gathering > 0 ? chunk.subarray(start) : nothing);
    return pieces;
  }

  return { push, end: () => ({ metadata, complete }) };
}

function parse(piece: Piece): unknown {
  try {
    return JSON.parse(decoder.decode(piece.bytes));
  } catch {
    return undefined;
  }
}

// What one piece of a list or one line of a watch holds.
import {
  fieldsOf,
  type Item,
  isFields,
  type JsonFields,
  known,
  placeIn,
  type ReadContext,
  textIn,
  unreadable,
} from '@winnow/contracts';
import { findValue } from './find-value.ts';
import type { Piece } from './gather-bytes.ts';
import { readEvent } from './read-event.ts';
import { readObject } from './read-object.ts';
import type { WatchedKind } from './watched-kinds.ts';

export type Told =
  | { readonly is: 'items'; readonly items: readonly Item[]; readonly version?: string; readonly newest?: string }
  | { readonly is: 'bookmark'; readonly version?: string }
  | { readonly is: 'error'; readonly code: number; readonly message: string }
  | { readonly is: 'unreadable'; readonly items: readonly Item[] };

const decoder = new TextDecoder();
const headFields =
  'name namespace uid resourceVersion generation creationTimestamp deletionTimestamp labels ownerReferences'.split(' ');

/** One item of a list. */
export function readListed(kind: WatchedKind, piece: Piece, context: ReadContext): readonly Item[] {
  const text = decoder.decode(piece.bytes);
  if (isCut(piece)) return itemsOfHead(kind, 'ADDED', headOf(text, []), piece, context);
  const raw = parse(text);
  return raw === undefined ? [notJson(context, piece)] : itemsOf(kind, 'ADDED', raw, context);
}

/** One line of a watch. */
export function readWatched(kind: WatchedKind, piece: Piece, context: ReadContext): Told {
  const text = decoder.decode(piece.bytes);
  if (isCut(piece)) return readCut(kind, text, piece, context);
  const line = parse(text);
  if (!isFields(line)) return { is: 'unreadable', items: [notJson(context, piece)] };
  const metadata = fieldsOf(fieldsOf(line.object).metadata);
  const version = textIn(metadata.resourceVersion);
  if (line.type === 'ERROR') return errorOf(fieldsOf(line.object));
  if (line.type === 'BOOKMARK') return { is: 'bookmark', ...known({ version }) };
  const items = itemsOf(kind, textIn(line.type) ?? '', line.object, context);
  return { is: 'items', items, ...known({ version, newest: newestOf(metadata) }) };
}

const isCut = ({ bytes, size }: Piece): boolean => bytes.length < size;

function errorOf(status: JsonFields): Told {
  const code = typeof status.code === 'number' ? status.code : status.reason === 'Expired' ? 410 : 500;
  return { is: 'error', code, message: (textIn(status.message) ?? 'no message').slice(0, 300) };
}

/** When the object was last written, as the API server notes it. */
function newestOf(metadata: JsonFields): string | undefined {
  let newest = textIn(metadata.creationTimestamp);
  for (const each of Array.isArray(metadata.managedFields) ? metadata.managedFields : []) {
    const time = textIn(fieldsOf(each).time);
    if (time !== undefined && (newest === undefined || time > newest)) newest = time;
  }
  return newest;
}

/** Items of typed lists do not say their kind. */
function itemsOf(kind: WatchedKind, type: string, raw: unknown, context: ReadContext): Item[] {
  const object = isFields(raw) ? { ...raw, kind: kind.apiKind, apiVersion: kind.apiVersion } : raw;
  return kind.source === 'kubernetes.event'
    ? readEvent({ type, object }, context)
    : readObject({ type, object }, context);
}

function readCut(kind: WatchedKind, text: string, piece: Piece, context: ReadContext): Told {
  const head = headOf(text, ['object']);
  const type = textIn(findValue(text, ['type'])) ?? '';
  const version = textIn(head.resourceVersion);
  return { is: 'items', items: itemsOfHead(kind, type, head, piece, context), ...known({ version }) };
}

/** The metadata of an object that is too large to be parsed, as far as its beginning holds it. */
function headOf(text: string, path: readonly string[]): JsonFields {
  return known(Object.fromEntries(headFields.map((field) => [field, findValue(text, [...path, 'metadata', field])])));
}

/** An object that is too large is told of by its metadata alone; an event without its body says nothing. */
function itemsOfHead(
  kind: WatchedKind,
  type: string,
  metadata: JsonFields,
  piece: Piece,
  context: ReadContext,
): Item[] {
  const items = kind.source === 'kubernetes.event' ? [] : itemsOf(kind, type, { metadata }, context);
  return items.length > 0 && items.every((item) => item.type === 'object')
    ? items.map((item) => ({ ...item, trimmed: ['object'] }) as Item)
    : [unreadable('too-large', placeIn(context, ''), 'an object that fits', `${Math.ceil(piece.size / 1024)} KiB`)];
}

function notJson(context: ReadContext, { size }: Piece): Item {
  return unreadable('not-json', placeIn(context, ''), 'a JSON object', `${size} bytes that are none`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// The usual body that Prometheus posts, read as a text: labels and annotations that are known are found by their bytes and are not
// parsed again. Whatever is unusual (a field that nobody knows, an escape in a time, an error) makes it nobody's: it is parsed as JSON.
import type { AlertItem, ReadContext } from '@winnow/contracts';
import { readTime } from '@winnow/contracts';
import { type AlertOptions, type ReadingOptions, readingOptions } from './alert-options.ts';
import {
  createPieces,
  type LabelsPiece,
  learnLabels,
  learnTexts,
  learnUrl,
  type Pieces,
  type TextsPiece,
  type UrlPiece,
} from './posted-pieces.ts';
import { isNoTime } from './read-alert.ts';
import { CLOSE, endOfText, endOfTexts, isPlain, OPEN } from './scan-text.ts';

export interface PostedAlerts {
  readonly items: readonly AlertItem[];
  /** The items as JSON: what `JSON.stringify` makes of them. */
  readonly json: string;
}

export type ReadPosted = (text: string, context: ReadContext) => PostedAlerts | undefined;

/** A reader of `POST /api/v2/alerts`; it gives what `readAlerts` gives, or undefined where that is to be asked. */
export function createPostedReader(options: AlertOptions): ReadPosted {
  const reading = readingOptions(options);
  const pieces = createPieces();
  return (text, context) => readPosted(text, context, pieces, reading);
}

/** An alert while it is read. */
interface Draft {
  labels: LabelsPiece | undefined;
  annotations: TextsPiece | undefined;
  startsAt: string | undefined;
  endsAt: string | undefined;
  url: UrlPiece | undefined;
  /** Fields that have been seen, a bit each: one that comes twice is unusual. */
  seen: number;
}

function readPosted(
  text: string,
  context: ReadContext,
  pieces: Pieces,
  options: ReadingOptions,
): PostedAlerts | undefined {
  const end = text.length - (text.endsWith('\n') ? 1 : 0);
  if (text.charCodeAt(0) !== OPEN_LIST || text.charCodeAt(end - 1) !== CLOSE_LIST) return undefined;
  const items: AlertItem[] = [];
  let json = '[';
  for (let at = 1; ; ) {
    const draft: Draft = {
      labels: undefined,
      annotations: undefined,
      startsAt: undefined,
      endsAt: undefined,
      url: undefined,
      seen: 0,
    };
    at = readDraft(text, at, draft, { pieces, options, context });
    if (at < 0 || !draft.labels) return undefined;
    const { labels, annotations = noTexts, startsAt, endsAt, url } = draft;
    const status = endsAt !== undefined && endsAt <= context.at ? 'resolved' : 'firing';
    const item: { -readonly [K in keyof AlertItem]: AlertItem[K] } = {
      type: 'alert',
      fingerprint: labels.fingerprint,
      status,
      labels: labels.labels,
      annotations: annotations.texts,
    };
    json += labels.head + status + labels.tail + annotations.json;
    if (startsAt !== undefined) {
      item.startsAt = startsAt;
      json += `,"startsAt":"${startsAt}"`;
    }
    if (endsAt !== undefined) {
      item.endsAt = endsAt;
      json += `,"endsAt":"${endsAt}"`;
    }
    if (url !== undefined) {
      item.generatorURL = url.url;
      json += url.json;
    }
    items.push(item);
    if (at === end - 1) return { items, json: `${json}}]` };
    if (text.charCodeAt(at) !== COMMA) return undefined;
    at++;
    json += '},';
  }
}

const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const COMMA = 0x2c;

const noTexts: TextsPiece = { texts: {}, json: '{}' };

interface Reading {
  readonly pieces: Pieces;
  readonly options: ReadingOptions;
  readonly context: ReadContext;
}

/** Reads the object that opens at `at`; gives the place behind it, -1 where it is unusual. */
function readDraft(text: string, at: number, draft: Draft, reading: Reading): number {
  if (text.charCodeAt(at) !== OPEN) return -1;
  let next = at;
  do {
    next = readField(text, next + 1, draft, reading);
    if (next < 0) return -1;
  } while (text.charCodeAt(next) === COMMA);
  return text.charCodeAt(next) === CLOSE ? next + 1 : -1;
}

/** A field that is known, by its name with its quotes and colon. */
const fields = [
  { name: '"labels":', bit: 1 },
  { name: '"annotations":', bit: 2 },
  { name: '"startsAt":"', bit: 4 },
  { name: '"endsAt":"', bit: 8 },
  { name: '"generatorURL":"', bit: 16 },
] as const;
const byLetter = new Map(fields.map((field) => [field.name.charCodeAt(1), field]));

function readField(text: string, at: number, draft: Draft, reading: Reading): number {
  const field = byLetter.get(text.charCodeAt(at + 1));
  if (!field || !text.startsWith(field.name, at) || (draft.seen & field.bit) !== 0) return -1;
  draft.seen |= field.bit;
  const from = at + field.name.length;
  switch (field.bit) {
    case 1:
      return readLabelsAt(text, from, draft, reading);
    case 2:
      return readTextsAt(text, from, draft, reading);
    default:
      return readTextAt(text, from, field.bit, draft, reading);
  }
}

/** A time, or where the alert was made. */
function readTextAt(text: string, from: number, bit: number, draft: Draft, { pieces }: Reading): number {
  const end = endOfText(text, from);
  if (end < 0) return -1;
  const value = text.substring(from, end);
  if (bit === 16) {
    draft.url = value === '' ? undefined : (pieces.urls.get(value) ?? learnUrl(value, pieces));
    return draft.url || value === '' ? end + 1 : -1;
  }
  if (!isPlain(value)) return -1;
  const time = readTime(value);
  if (time === undefined && !isNoTime(value)) return -1;
  if (bit === 4) draft.startsAt = time;
  else draft.endsAt = time;
  return end + 1;
}

function readLabelsAt(text: string, from: number, draft: Draft, { pieces, options, context }: Reading): number {
  const end = endOfTexts(text, from);
  if (end < 0) return -1;
  const piece = text.substring(from, end);
  draft.labels = pieces.labels.get(piece) ?? learnLabels(piece, pieces, options, context);
  return draft.labels ? end : -1;
}

function readTextsAt(text: string, from: number, draft: Draft, { pieces, context }: Reading): number {
  const end = endOfTexts(text, from);
  if (end < 0) return -1;
  const piece = text.substring(from, end);
  draft.annotations = pieces.annotations.get(piece) ?? learnTexts(piece, pieces, context);
  return draft.annotations ? end : -1;
}

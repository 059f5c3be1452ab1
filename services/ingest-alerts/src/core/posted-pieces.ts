// The labels, annotations and URLs of posted alerts that are known by their bytes, with what they were read to and what that is as JSON.
import { isFields, type ReadContext } from '@winnow/contracts';
import { redactText } from '@winnow/redaction';
import type { ReadingOptions } from './alert-options.ts';
import { createKnownTexts, type KnownTexts } from './known-texts.ts';
import { makeLabels, readTexts } from './read-labels.ts';

export interface LabelsPiece {
  readonly labels: Readonly<Record<string, string>>;
  readonly fingerprint: string;
  /** Of an item, up to its status, and from there to its annotations. */
  readonly head: string;
  readonly tail: string;
}

export interface TextsPiece {
  readonly texts: Readonly<Record<string, string>>;
  readonly json: string;
}

export interface UrlPiece {
  readonly url: string;
  readonly json: string;
}

export interface Pieces {
  readonly labels: KnownTexts<LabelsPiece>;
  readonly annotations: KnownTexts<TextsPiece>;
  readonly urls: KnownTexts<UrlPiece>;
}

/** Characters that are remembered in each of two generations, of labels and of annotations: those of some 25,000 alerts. */
const ROOM = 24_000_000;
/** And of URLs. */
const ROOM_OF_URLS = 1_000_000;

export function createPieces(): Pieces {
  return { labels: createKnownTexts(ROOM), annotations: createKnownTexts(ROOM), urls: createKnownTexts(ROOM_OF_URLS) };
}

export function learnLabels(
  piece: string,
  { labels: known }: Pieces,
  options: ReadingOptions,
  context: ReadContext,
): LabelsPiece | undefined {
  const read = parse(piece);
  const made = isFields(read) ? makeLabels(read, 'labels', options, context) : undefined;
  if (!made || 'problem' in made) return undefined;
  const { labels, fingerprint } = made.value;
  const head = `{"type":"alert","fingerprint":${JSON.stringify(fingerprint)},"status":"`;
  const tail = `","labels":${JSON.stringify(labels)},"annotations":`;
  return known.set(ownCopy(piece), { labels, fingerprint, head, tail: ownCopy(tail) }, 3 * tail.length + head.length);
}

export function learnTexts(
  piece: string,
  { annotations: known }: Pieces,
  context: ReadContext,
): TextsPiece | undefined {
  const read = parse(piece);
  const made = isFields(read) ? readTexts(read, 'annotations', context) : undefined;
  if (!made || 'problem' in made) return undefined;
  const json = JSON.stringify(made.value);
  return known.set(ownCopy(piece), { texts: made.value, json }, 3 * json.length);
}

/** Go writes `&` as an escape: it is read as JSON, once. */
export function learnUrl(value: string, { urls }: Pieces): UrlPiece | undefined {
  const read = parse(`"${value}"`);
  if (typeof read !== 'string') return undefined;
  const url = redactText(read);
  const json = `,"generatorURL":${JSON.stringify(url)}`;
  return urls.set(ownCopy(value), { url, json }, url.length + json.length);
}

function parse(piece: string): unknown {
  try {
    return JSON.parse(piece);
  } catch {
    return undefined;
  }
}

/** A text of its own: a part of a request would keep all of the request. */
function ownCopy(text: string): string {
  return Buffer.from(text).toString();
}

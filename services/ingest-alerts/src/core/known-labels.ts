// Senders repeat their alerts every minute: labels that were read before are known by their text, with the fingerprint that they have.
import type { ReadingOptions } from './alert-options.ts';
import { separator } from './fingerprint.ts';

export interface KnownLabels {
  /** Redacted, without the labels of replicas. Shared by all alerts that have them. */
  readonly labels: Readonly<Record<string, string>>;
  readonly fingerprint: string;
}

/** Characters that are remembered in each of two generations. */
const ROOM = 8_000_000;
const LONGEST = 4_096;

let young = new Map<string, KnownLabels>();
let old = new Map<string, KnownLabels>();
let used = 0;

/**
 * The text that stands for a map of labels as it was sent; undefined where it holds what is no text or would run together with
 * another, or is too long to remember.
 */
export function textOfLabels(sent: Readonly<Record<string, unknown>>, { mark }: ReadingOptions): string | undefined {
  let text = mark;
  for (const name in sent) {
    const value = sent[name];
    if (typeof value !== 'string' || value.includes(separator) || name.includes(separator)) return undefined;
    text += separator + name + separator + value;
  }
  return text.length > LONGEST ? undefined : text;
}

/** What was made of labels of the same text before. */
export function recallLabels(text: string | undefined): KnownLabels | undefined {
  if (text === undefined) return undefined;
  const known = young.get(text);
  if (known) return known;
  const aged = old.get(text);
  return aged && keep(text, aged);
}

/** Two generations: what was not asked for while the young one filled up is forgotten. */
export function rememberLabels(text: string | undefined, made: KnownLabels): KnownLabels {
  return text === undefined ? made : keep(text, made);
}

function keep(text: string, made: KnownLabels): KnownLabels {
  used += text.length;
  if (used > ROOM) {
    old = young;
    young = new Map();
    used = text.length;
  }
  young.set(text, made);
  return made;
}

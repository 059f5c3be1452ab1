// Whoever makes items of a text may know how they are written as JSON: whoever writes them need not make that anew.
import type { Envelope } from './envelope.ts';
import type { Item } from './item.ts';

const texts = new WeakMap<readonly Item[], string>();

/** Notes what `JSON.stringify` makes of these items. Nobody changes them from then on. */
export function noteItemsJson(items: readonly Item[], json: string): void {
  texts.set(items, json);
}

/** An envelope as JSON; undefined where nobody noted its items. To be asked once: it is written once, and large. */
export function takeEnvelopeJson(envelope: Envelope): string | undefined {
  const { items, ...head } = envelope;
  const text = texts.get(items);
  if (text === undefined) return undefined;
  texts.delete(items);
  // The items stand last.
  return `${JSON.stringify(head).slice(0, -1)},"items":${text}}`;
}

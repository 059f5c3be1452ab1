// A clue is one typed fact that speaks for or against a hypothesis: what was seen, in words, and where it can be seen.
import {
  type Change,
  type EntityRef,
  type EventItem,
  type Evidence,
  entityKey,
  type LogExcerpt,
  type Signal,
} from '@winnow/contracts';

export interface Clue {
  /** What it means, a clause in plain words without a full stop. */
  readonly says: string;
  /** How much it moves belief, 0 to 1: the share of the remaining doubt that it takes away (or, against, of the belief). */
  readonly weight: number;
  readonly evidence: readonly Evidence[];
}

export function clue(weight: number, says: string, ...evidence: readonly Evidence[]): Clue {
  return { says, weight, evidence };
}

const QUOTE_LIMIT = 300;

export function cite(source: string, ref: string, quote: string): Evidence {
  const flat = quote.replace(/\s+/g, ' ').trim();
  return { source, ref, quote: flat.length > QUOTE_LIMIT ? `${flat.slice(0, QUOTE_LIMIT - 1)}…` : flat };
}

/** An entity in the words of a place: `Pod shop/cart-1`. */
export function placeOf(ref: EntityRef): string {
  return ref.namespace ? `${ref.kind} ${ref.namespace}/${ref.name}` : `${ref.kind} ${ref.name}`;
}

export function citeObject(ref: EntityRef, path: string, quote: string): Evidence {
  return cite('object', `${placeOf(ref)} ${path}`, quote);
}

export function citeEvent(event: EventItem): Evidence {
  return cite('event', `${event.reason} on ${placeOf(event.regarding)}`, event.message);
}

export function citeLog(
  excerpt: Pick<LogExcerpt, 'namespace' | 'pod' | 'container' | 'previous'>,
  line: string,
): Evidence {
  const { namespace, pod, container, previous } = excerpt;
  return cite('log', `${namespace}/${pod}/${container}${previous ? ' (previous)' : ''}`, line);
}

/** A change as a whole, or one field of it. */
export function citeChange(change: Change, diff?: Change['diff'][number]): Evidence {
  const place = placeOf(change.entity);
  if (!diff) return cite('change', place, change.summary);
  return cite('change', `${place} ${diff.path}`, `${diff.before ?? ''} → ${diff.after ?? ''}`);
}

export function citeSignal(source: string, signal: Signal): Evidence {
  return cite(source, `${signal.reason} on ${placeOf(signal.entity)}`, signal.messages[0] ?? signal.reason);
}

/** What is not there is a fact, too: where it was looked for. */
export function citeAbsence(ref: string, quote: string): Evidence {
  return cite('absence', ref, quote);
}

export function sameEntity(a: EntityRef, b: EntityRef): boolean {
  return entityKey(a) === entityKey(b);
}

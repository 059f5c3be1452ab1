// The order in which a worker takes its asks: the gravest first, of equals the oldest.
import { createHeap } from './heap.ts';
import type { LookupIndex, OpenAsk } from './lookup-index.ts';

export interface AskQueue {
  /** Takes what is new in the index. */
  take(index: LookupIndex): void;
  /** The next one that is still open; undefined where there is none. */
  next(): OpenAsk | undefined;
}

export function createAskQueue(): AskQueue {
  let heap = createHeap(isBefore);
  let of: LookupIndex | undefined;
  return {
    take(index) {
      // It was loaded anew: what had been taken from the former one is among what is fresh in this one.
      if (index !== of) heap = createHeap(isBefore);
      of = index;
      for (const asked of index.fresh.splice(0)) heap.push(asked);
    },
    next() {
      for (let asked = heap.pop(); asked; asked = heap.pop()) if (of?.open.get(asked.ask.id) === asked) return asked;
      return undefined;
    },
  };
}

function isBefore({ ask: one }: OpenAsk, { ask: other }: OpenAsk): boolean {
  const [first = 0, second = 0] = [one.priority, other.priority];
  if (first !== second) return first < second;
  return one.at === other.at ? one.id < other.id : one.at < other.at;
}

// What may be done now, the most urgent first.
import { createHeap } from '@winnow/stream';

export interface ReadyQueue {
  /** @param rank sorts before those of lesser urgency; a key that is in the queue already takes the new one. */
  put(key: string, rank: string): void;
  drop(key: string): void;
  take(): string | undefined;
}

interface Entry {
  readonly key: string;
  readonly rank: string;
}

export function createReadyQueue(): ReadyQueue {
  const heap = createHeap<Entry>((one, other) => one.rank < other.rank);
  /** The rank of each that is in it; other entries of it are outdated. */
  const ranks = new Map<string, string>();
  return {
    put(key, rank) {
      if (ranks.get(key) === rank) return;
      ranks.set(key, rank);
      heap.push({ key, rank });
    },
    drop: (key) => void ranks.delete(key),
    take() {
      for (let first = heap.pop(); first; first = heap.pop())
        if (ranks.get(first.key) === first.rank && ranks.delete(first.key)) return first.key;
      return undefined;
    },
  };
}

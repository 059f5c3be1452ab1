// How far a reader has folded each partition, and who waits for it to come further.

export interface FoldProgress {
  /** Everything up to and including this offset has been folded. */
  reached(partition: number, offset: number): void;
  /** Resolves when that is so. */
  until(partition: number, offset: number): Promise<void>;
}

interface Waiter {
  readonly offset: number;
  readonly resolve: () => void;
}

export function createFoldProgress(): FoldProgress {
  const at = new Map<number, number>();
  const waiting = new Map<number, readonly Waiter[]>();
  return {
    reached(partition, offset) {
      at.set(partition, offset);
      const waiters = waiting.get(partition);
      if (!waiters) return;
      for (const waiter of waiters) if (waiter.offset <= offset) waiter.resolve();
      const left = waiters.filter((waiter) => waiter.offset > offset);
      if (left.length > 0) waiting.set(partition, left);
      else waiting.delete(partition);
    },
    until(partition, offset) {
      if ((at.get(partition) ?? -1) >= offset) return Promise.resolve();
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.set(partition, [...(waiting.get(partition) ?? []), { offset, resolve }]);
      return promise;
    },
  };
}

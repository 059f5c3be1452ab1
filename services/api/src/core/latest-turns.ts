// Senders that tell each turn of an alert once may tell it late: what is older than the latest turn known is not news.

export interface LatestTurns {
  /** True where a later turn of it is known; else this one is the latest from now on. `told` is in milliseconds. */
  isLate(key: string, told: number): boolean;
}

/** As many as fire at once, and more: the one that took no turn for longest is forgotten. */
const MOST = 50_000;

export function createLatestTurns(most = MOST): LatestTurns {
  const turns = new Map<string, number>();
  return {
    isLate(key, told) {
      const known = turns.get(key);
      if (known !== undefined && told < known) return true;
      turns.delete(key);
      turns.set(key, told);
      const [oldest] = turns.keys();
      if (turns.size > most && oldest !== undefined) turns.delete(oldest);
      return false;
    },
  };
}

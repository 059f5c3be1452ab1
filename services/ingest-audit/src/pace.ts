// How a follower waits: until the next look, for its turn on the thread, and for a log that cannot be written now. A stop ends all waits.
import { setImmediate, setTimeout } from 'node:timers/promises';

export interface Pace {
  readonly stopped: boolean;
  stop(): void;
  sleep(milliseconds: number): Promise<void>;
  /** Resolves at once, or after the others' turn where this one has lasted long enough. */
  takeTurns(): Promise<void> | undefined;
  /** Tries again until it succeeds. @throws once it was stopped. */
  insist(act: () => Promise<void>, onFailure: (error: unknown) => void): Promise<void>;
}

/** Milliseconds after which others get their turn. */
const TURN = 3;

export function createPace(): Pace {
  const abort = new AbortController();
  const { signal } = abort;
  let since = performance.now();
  const sleep = (milliseconds: number) =>
    setTimeout(milliseconds, undefined, { signal, ref: false }).catch(() => undefined);

  return {
    get stopped() {
      return signal.aborted;
    },
    stop: () => abort.abort(),
    sleep,
    takeTurns() {
      if (performance.now() - since < TURN) return undefined;
      return setImmediate().then(() => {
        since = performance.now();
      });
    },
    async insist(act, onFailure) {
      for (let wait = 250; ; wait = Math.min(10_000, wait * 2)) {
        try {
          return await act();
        } catch (error) {
          if (signal.aborted) throw error;
          onFailure(error);
          await sleep(wait);
        }
      }
    },
  };
}

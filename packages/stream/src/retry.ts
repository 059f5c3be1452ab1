import { setTimeout as wait } from 'node:timers/promises';

export interface Retry {
  /** How often an action is tried in all; `Infinity` for as long as it takes. */
  readonly tries: (error: unknown) => number;
  /** Milliseconds before the second try; doubled each time. */
  readonly firstDelay: number;
  /** Ends the waiting, and the trying. */
  readonly signal: AbortSignal;
}

const LONGEST_DELAY = 5000;

/** Tries an action until it succeeds. @throws what it threw last. */
export async function retry<T>(action: () => Promise<T>, { tries, firstDelay, signal }: Retry): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await action();
    } catch (error) {
      if (signal.aborted || attempt >= tries(error)) throw error;
      await pause(firstDelay * 2 ** (attempt - 1), signal);
      if (signal.aborted) throw error;
    }
  }
}

/** Waits, at most five seconds, or until the signal is given. */
export async function pause(delay: number, signal: AbortSignal): Promise<void> {
  await wait(Math.min(delay, LONGEST_DELAY), undefined, { signal }).catch(() => undefined);
}

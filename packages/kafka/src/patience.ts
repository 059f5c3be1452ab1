import { setTimeout as wait } from 'node:timers/promises';
import { isPermanent, mayAppear } from './failures.ts';

export interface Patience {
  readonly signal: AbortSignal;
  /** Milliseconds after which the last error is thrown; for ever where it is absent. */
  readonly within?: number;
  /** Hears of each try that failed and is made again. */
  readonly onTrouble?: (error: unknown) => void;
}

const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 2000;
// A topic that was just made is not known to all brokers at once.
const APPEARS_WITHIN = 10_000;

/** Tries until it succeeds, with ever longer pauses. @throws what it threw last: what waiting does not mend at once. */
export async function persist<T>(action: () => Promise<T>, { signal, within, onTrouble }: Patience): Promise<T> {
  const begun = performance.now();
  const patienceWith = (error: unknown) => Math.min(within ?? Infinity, mayAppear(error) ? APPEARS_WITHIN : Infinity);
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    try {
      return await action();
    } catch (error) {
      if (signal.aborted || isPermanent(error) || performance.now() + pause > begun + patienceWith(error)) throw error;
      onTrouble?.(error);
      await wait(pause, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) throw error;
    }
  }
}

/** What it resolves with, or undefined as soon as the signal is given. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const stop = () => resolve(undefined);
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

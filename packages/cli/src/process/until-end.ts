// What ends a process that runs on.

/** Resolves with what ends it: an error, or nothing at the signal. That one of `dones` resolves is an error, too. */
export async function untilEnd(signal: AbortSignal, dones: readonly Promise<unknown>[]): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  if (signal.aborted) resolve(undefined);
  signal.addEventListener('abort', () => resolve(undefined), { once: true });
  for (const done of dones) done.then(() => resolve(new Error('it ended by itself')), resolve);
  return promise;
}

/** Rejects as `done` does, and never resolves: for what ends as a part of every stop. */
export async function failureOf(done: Promise<unknown> = Promise.resolve()): Promise<never> {
  await done;
  return new Promise(() => undefined);
}

// What is under way, so that it can be ended by its caller, and all of it at the close.

export interface Run {
  readonly signal: AbortSignal;
  /** It has ended; may be called again. */
  readonly end: () => void;
}

export interface Running {
  /** @throws the reason of `close` after it */
  start(signal: AbortSignal | undefined): Run;
  close(reason: Error): void;
}

/** One controller for each run: signals that outlive their requests would keep what is derived from them. */
export function createRunning(): Running {
  const controllers = new Set<AbortController>();
  let closed: Error | undefined;
  return {
    start(signal) {
      if (closed) throw closed;
      const own = new AbortController();
      const abort = () => own.abort(signal?.reason);
      if (signal?.aborted) abort();
      signal?.addEventListener('abort', abort, { once: true });
      controllers.add(own);
      const end = () => {
        controllers.delete(own);
        signal?.removeEventListener('abort', abort);
      };
      return { signal: own.signal, end };
    },
    close(reason) {
      closed = reason;
      for (const each of controllers) each.abort(reason);
    },
  };
}

/** What a promise resolves with, unless the signal is given before. @throws the signal's reason */
export function unlessAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', abort));
}

// Requests that are not waited for for ever: a connection that is half open gives neither bytes nor an error.
import type { ApiRequest, ApiResponse, ApiServer } from './api-server.ts';
import { Interrupted } from './ending.ts';

export interface Heard {
  readonly response: ApiResponse;
  /** Its bytes, while they keep coming. @throws Interrupted where they do not. */
  readonly body: AsyncIterable<Uint8Array>;
}

export interface Limits {
  /** Milliseconds until the head of the answer. */
  readonly answer: number;
  /** Milliseconds without a byte. The time that the reader takes with what it got does not count. */
  readonly silence: number;
  readonly signal: AbortSignal;
}

/** Asks; `use` reads the answer. Whatever happens, the connection is let go at the end. */
export async function hear<T>(
  api: ApiServer,
  request: Omit<ApiRequest, 'signal'>,
  { answer, silence, signal }: Limits,
  use: (heard: Heard, interrupt: (why: Error) => void) => Promise<T>,
): Promise<T> {
  const breaker = new AbortController();
  const interrupt = (why: Error) => breaker.abort(why);
  const stop = () => interrupt(new Interrupted('stopped', 'stopped'));
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const timer = createTimer(() => interrupt(new Interrupted('silent', `nothing was heard for ${silence / 1000} s`)));
  try {
    timer.set(answer);
    const response = await api.request({ ...request, signal: breaker.signal });
    timer.clear();
    return await use({ response, body: bytesOf(response.body, timer, silence) }, interrupt);
  } catch (error) {
    // An adapter may say of a broken-off request only that it was.
    throw breaker.signal.aborted ? breaker.signal.reason : error;
  } finally {
    timer.clear();
    signal.removeEventListener('abort', stop);
    interrupt(new Interrupted('over', 'it is over'));
  }
}

type Timer = ReturnType<typeof createTimer>;

async function* bytesOf(body: AsyncIterable<Uint8Array>, timer: Timer, silence: number): AsyncGenerator<Uint8Array> {
  timer.set(silence);
  for await (const chunk of body) {
    timer.clear();
    yield chunk;
    timer.set(silence);
  }
  timer.clear();
}

function createTimer(ring: () => void) {
  let timer: NodeJS.Timeout | undefined;
  const clear = () => clearTimeout(timer);
  return {
    clear,
    set(ms: number): void {
      clear();
      timer = setTimeout(ring, ms);
    },
  };
}

// Waits for what a process runs on.
import { LogUnavailable } from '@winnow/stream';
import type { Logger } from '@winnow/telemetry';

/** Asks for as long as it takes, and says so. Nothing has begun yet that would have to drain: at the signal the process ends. */
export async function untilReachable<T>(logger: Logger, signal: AbortSignal, question: () => Promise<T>): Promise<T> {
  const leave = () => process.exit(0);
  if (signal.aborted) leave();
  signal.addEventListener('abort', leave, { once: true });
  try {
    for (;;) {
      try {
        return await question();
      } catch (error) {
        if (!(error instanceof LogUnavailable)) throw error;
        logger.warn({ err: error }, 'not reachable yet');
      }
    }
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

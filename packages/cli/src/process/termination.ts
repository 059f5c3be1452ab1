// The end of `up`: the first signal drains, the second one ends at once.

export interface Termination {
  /** Aborted at the first SIGTERM or SIGINT. */
  readonly signal: AbortSignal;
}

/**
 * Milliseconds in which a second signal is the first one again: a terminal sends Ctrl-C to npm and to this process, and npm passes its own
 * on.
 */
const ECHO = 1_000;

/** @param say for people, on stderr. */
export function awaitTermination(say: (text: string) => void): Termination {
  const abort = new AbortController();
  let first = 0;
  const onSignal = (name: NodeJS.Signals) => {
    if (abort.signal.aborted && performance.now() - first < ECHO) return;
    if (abort.signal.aborted) {
      say(
        'Ended without draining. What was answered with 200 is safe; the rest of the work goes on at the next start.',
      );
      process.exit(130);
    }
    say(`${name}: draining; once more ends at once.`);
    first = performance.now();
    abort.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return { signal: abort.signal };
}

/** One step of a drain, in order; each has its own time so that one that hangs does not hold up the others. */
export interface DrainStep {
  readonly name: string;
  /** Milliseconds. */
  readonly within: number;
  run(): Promise<unknown>;
}

/**
 * Runs the steps in order and resolves with the names of those that did not end in time or failed.
 * @param inAll milliseconds that all of them may take together.
 */
export async function drain(steps: readonly DrainStep[], inAll = 60_000): Promise<readonly string[]> {
  const late: string[] = [];
  const end = performance.now() + inAll;
  for (const { name, within, run } of steps) {
    const timer = Promise.withResolvers<'late'>();
    const timeout = setTimeout(() => timer.resolve('late'), Math.min(within, Math.max(0, end - performance.now())));
    const ended = await Promise.race([
      run().then(
        () => 'done',
        (error: unknown) => `failed: ${error}`,
      ),
      timer.promise,
    ]);
    clearTimeout(timeout);
    if (ended !== 'done') late.push(`${name} (${ended})`);
  }
  return late;
}

// Keeps a stage running in this process: what crashed is started again, loudly, after a pause that grows.
import { Fenced, StateDamaged, StateNewer } from './errors.ts';
import { pause } from './retry.ts';
import type { RunningStage } from './run-stage.ts';

export interface Supervise {
  /** Told of every crash before the pause. */
  readonly onCrash: (error: unknown, crash: { readonly count: number; readonly pause: number }) => void;
  /** Milliseconds before the first restart; doubled at each crash in a row, at most 5 s (default 100). */
  readonly firstPause?: number;
  /** A run of so many milliseconds counts as recovered (default 60,000). */
  readonly recoveredAfter?: number;
}

export interface Supervised<Running> {
  /** What runs now, or ran last. */
  readonly current: Running;
  close(): Promise<void>;
  /** Resolves after close; rejects where a restart cannot help: fenced off, state damaged or from a newer version. */
  readonly done: Promise<void>;
  /** Resolves when it runs: at once, or after the restart that is under way. */
  idle(): Promise<void>;
  readonly busy: boolean;
}

type Runs = Pick<RunningStage, 'close' | 'done'> & { idle?(): Promise<void>; readonly busy?: boolean };

const isHopeless = (error: unknown) => [Fenced, StateDamaged, StateNewer].some((kind) => error instanceof kind);

/** Starts it, and starts it again whenever it crashes. @throws what the first start throws. */
export async function supervise<Running extends Runs>(
  start: () => Promise<Running>,
  { onCrash, firstPause = 100, recoveredAfter = 60_000 }: Supervise,
): Promise<Supervised<Running>> {
  const closing = new AbortController();
  let current = await start();
  let restart: Promise<void> | undefined;
  const done = watch();

  async function watch(): Promise<void> {
    for (let crashes = 0; !closing.signal.aborted; ) {
      const begun = performance.now();
      try {
        await current.done;
        return;
      } catch (error) {
        if (isHopeless(error)) throw error;
        crashes = performance.now() - begun > recoveredAfter ? 1 : crashes + 1;
        restart = comeBack(error, crashes);
        await restart;
        restart = undefined;
      }
    }
  }

  async function comeBack(error: unknown, count: number): Promise<void> {
    const delay = firstPause * 2 ** (count - 1);
    onCrash(error, { count, pause: delay });
    await pause(delay, closing.signal);
    if (closing.signal.aborted) return;
    try {
      current = await start();
    } catch (again) {
      if (isHopeless(again)) throw again;
      await comeBack(again, count + 1);
    }
  }

  return {
    get current() {
      return current;
    },
    get busy() {
      return restart !== undefined || (current.busy ?? false);
    },
    done,
    async idle() {
      await restart;
      await current.idle?.();
    },
    async close() {
      closing.abort();
      await restart?.catch(() => undefined);
      await current.close();
    },
  };
}

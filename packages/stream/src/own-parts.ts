// Keeps one part running on each partition that this process owns, for as long as it owns it.
import { Fenced, StateNewer } from './errors.ts';
import { pause } from './retry.ts';

/** What runs on a partition: a stage, or a stage with its workers. */
export interface OwnedPart {
  /** Rejects where it cannot go on. */
  readonly done: Promise<unknown>;
  close(): Promise<void>;
}

export interface OwnParts<Part extends OwnedPart> {
  /** Claims, loads and runs a partition. To be given up when the signal is given. */
  start(partition: number, signal: AbortSignal): Promise<Part>;
  /**
   * Resolves when the process has heard again which partitions are its own. A process that was asleep is fenced off before it hears that
   * they are another's: it must not take them back before it has asked.
   */
  confirm(): Promise<void>;
  /** Told of every crash, before the pause. */
  readonly onCrash: (error: unknown, crash: PartCrash) => void;
  /** Milliseconds before the first restart; doubled at each crash in a row, at most 5 s (default 100). */
  readonly firstPause?: number;
  /** A run of so many milliseconds counts as recovered (default 60,000). */
  readonly recoveredAfter?: number;
}

export interface PartCrash {
  readonly partition: number;
  /** In a row. */
  readonly count: number;
  /** Milliseconds. */
  readonly pause: number;
}

export interface PartStanding<Part> {
  readonly partition: number;
  readonly status: 'starting' | 'running' | 'failed';
  /** Why it has failed. */
  readonly reason?: string;
  /** What runs. */
  readonly part?: Part;
}

export interface PartOwner<Part extends OwnedPart> {
  /** Begins with them; returns at once. */
  assign(partitions: readonly number[]): void;
  /** Resolves when none of them runs any more. */
  revoke(partitions: readonly number[]): Promise<void>;
  list(): readonly PartStanding<Part>[];
  /** Gives all of them back. */
  close(): Promise<void>;
}

export function ownParts<Part extends OwnedPart>(options: OwnParts<Part>): PartOwner<Part> {
  const kept = new Map<number, KeptPart<Part>>();
  const revoke = async (partitions: readonly number[]) => {
    await Promise.all(
      partitions.map(async (partition) => {
        await kept.get(partition)?.end();
        kept.delete(partition);
      }),
    );
  };
  return {
    assign(partitions) {
      for (const partition of partitions) if (!kept.has(partition)) kept.set(partition, keepPart(partition, options));
    },
    revoke,
    list: () => [...kept.values()].map((each) => each.standing()),
    close: () => revoke([...kept.keys()]),
  };
}

interface KeptPart<Part> {
  standing(): PartStanding<Part>;
  end(): Promise<void>;
}

function keepPart<Part extends OwnedPart>(partition: number, options: OwnParts<Part>): KeptPart<Part> {
  const { firstPause = 100, recoveredAfter = 60_000, onCrash, confirm } = options;
  const ending = new AbortController();
  const { signal } = ending;
  const ended = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  let standing: PartStanding<Part> = { partition, status: 'starting' };

  async function runOnce(): Promise<void> {
    const part = await options.start(partition, signal);
    standing = { partition, status: 'running', part };
    try {
      await Promise.race([part.done, ended]);
    } finally {
      await part.close();
    }
  }

  async function run(): Promise<void> {
    for (let crashes = 0; !signal.aborted; ) {
      const begun = performance.now();
      try {
        await runOnce();
      } catch (error) {
        if (signal.aborted) return;
        crashes = performance.now() - begun > recoveredAfter ? 1 : crashes + 1;
        await recover(error, crashes);
      }
    }
  }

  async function recover(error: unknown, count: number): Promise<void> {
    const delay = firstPause * 2 ** (count - 1);
    standing = { partition, status: 'failed', reason: error instanceof Error ? error.message : String(error) };
    onCrash(error, { partition, count, pause: delay });
    // No restart helps: it waits to be given to an instance that can read it.
    if (error instanceof StateNewer) return ended;
    if (error instanceof Fenced) await Promise.race([confirm(), ended]);
    await pause(delay, signal);
  }

  const running = run();
  return {
    standing: () => standing,
    async end() {
      ending.abort();
      await running;
    },
  };
}

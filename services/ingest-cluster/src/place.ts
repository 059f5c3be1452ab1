// Where the watch of a kind stands: a resource version, saved behind the append of what it stands for, so that a crash repeats and never skips.
import { fieldsOf, textIn } from '@winnow/contracts';
import type { Checkpoints } from '@winnow/stream';
import type { Clock } from './clock.ts';
import type { KindState } from './kind-state.ts';
import type { Logger } from './logger.ts';

export interface Place {
  /** Undefined where a list is needed. */
  readonly version: string | undefined;
  /** All up to this version is durable in the log. */
  reach(version: string): void;
  /** The version is of no use any more. */
  forget(): void;
  /** Resolves when the latest version is saved, or could not be. */
  flush(): Promise<void>;
}

export interface PlaceDeps {
  readonly checkpoints: Checkpoints;
  readonly key: string;
  /** Which cluster it is, whatever its name: a version of another one means nothing. */
  readonly identity: string | undefined;
  readonly state: KindState;
  readonly clock: Clock;
  readonly log: Logger;
  /** Milliseconds between two saves, at least. */
  readonly every: number;
}

/** The place that was saved last, or none. */
export async function openPlace(deps: PlaceDeps): Promise<Place> {
  const { checkpoints, key, identity, state, clock, log, every } = deps;
  let version = await loadVersion(deps);
  let saved = version;
  let savedAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  async function save(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    if (saved === version) return;
    const saving = version;
    savedAt = clock.now();
    try {
      const value = saving === undefined ? undefined : { resourceVersion: saving, ...(identity && { identity }) };
      await checkpoints.save(key, value);
      saved = saving;
      state.savedAt = clock.now();
    } catch (error) {
      // The next save keeps it too; until then a crash would repeat more.
      log.warn({ err: error, key }, 'the place of a watch cannot be saved');
    }
  }

  return {
    get version() {
      return version;
    },
    reach(next) {
      version = next;
      const due = savedAt + every - clock.now();
      if (due <= 0) void save();
      else timer ??= setTimeout(() => void save(), due);
    },
    forget() {
      version = undefined;
      void save();
    },
    flush: save,
  };
}

async function loadVersion({ checkpoints, key, identity, log }: PlaceDeps): Promise<string | undefined> {
  try {
    const kept = fieldsOf(await checkpoints.load(key));
    return textIn(kept.identity) === identity ? textIn(kept.resourceVersion) : undefined;
  } catch (error) {
    log.warn({ err: error, key }, 'the place of a watch cannot be read: all is listed anew');
    return undefined;
  }
}

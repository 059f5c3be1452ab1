// Where sources stand, in one hash: a field each, its value JSON. What could not be written goes along with the next write.
import { type Checkpoints, oneAtATime, StateDamaged } from '@winnow/stream';
import type { Failures } from './failures.ts';

/** The hash that they lie in. */
export interface CheckpointHash {
  read(field: string): Promise<string | null>;
  write(values: Readonly<Record<string, string>>): Promise<unknown>;
  remove(fields: readonly string[]): Promise<unknown>;
}

export interface RedisCheckpoints {
  readonly hash: CheckpointHash;
  readonly failureOf: Failures;
}

/** Characters of JSON: a place is small, and what grows without end is none. */
const VALUE_LIMIT = 256 * 1024;

export function createRedisCheckpoints({ hash, failureOf }: RedisCheckpoints): Checkpoints {
  /** JSON texts by key, undefined to be forgotten: what is not known to be kept. */
  const unsaved = new Map<string, string | undefined>();

  async function write(): Promise<void> {
    const now = [...unsaved];
    const values = now.filter((entry): entry is [string, string] => entry[1] !== undefined);
    const gone = now.filter(([, text]) => text === undefined).map(([key]) => key);
    try {
      if (values.length > 0) await hash.write(Object.fromEntries(values));
      if (gone.length > 0) await hash.remove(gone);
    } catch (error) {
      throw failureOf(error);
    }
    for (const [key, text] of now) if (unsaved.get(key) === text) unsaved.delete(key);
  }

  const flush = oneAtATime(write);

  return {
    async load(key) {
      if (unsaved.has(key)) return parse(unsaved.get(key));
      try {
        return parse((await hash.read(key)) ?? undefined);
      } catch (error) {
        const failure = failureOf(error);
        // Something else lies where they should: nothing of it can be read.
        if (failure instanceof StateDamaged) return undefined;
        throw failure;
      }
    },
    async save(key, value) {
      const text = value === undefined ? undefined : JSON.stringify(value);
      if (text !== undefined && text.length > VALUE_LIMIT)
        throw new Error(`the checkpoint ${key} takes at most ${VALUE_LIMIT} characters of JSON, not ${text.length}`);
      unsaved.set(key, text);
      return flush();
    },
  };
}

/** Undefined for what is no JSON. */
function parse(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

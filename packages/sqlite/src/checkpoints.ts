// Where sources stand, in a file of its own beside the log: small, replaced whole by a rename, off the thread that answers.
import { existsSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Checkpoints, LogUnavailable, oneAtATime } from '@winnow/stream';

export interface FileCheckpoints extends Checkpoints {
  /** What was kept could not be read, and is taken for nothing: sources begin anew. Absent where it could. */
  readonly damage?: string;
}

/** The checkpoints of a data directory. Only whoever holds its lock may save. */
export function openCheckpoints(dir: string): FileCheckpoints {
  const file = join(dir, 'checkpoints.json');
  const { kept, damage } = readKept(file);

  async function write(): Promise<void> {
    try {
      // No sync: what a loss of power takes is repeated by the source, and costs each save a turn of the disk that the log needs.
      await writeFile(`${file}.new`, `${JSON.stringify(Object.fromEntries(kept))}\n`);
      await rename(`${file}.new`, file);
    } catch (cause) {
      throw new LogUnavailable(`${file} cannot be written: ${(cause as Error).message}.`, { cause });
    }
  }

  const flush = oneAtATime(write);

  return {
    async load(key) {
      // A copy: what the caller makes of it is not what is kept.
      return structuredClone(kept.get(key));
    },
    save(key, value) {
      if (value === undefined) kept.delete(key);
      else kept.set(key, structuredClone(value));
      return flush();
    },
    ...(damage !== undefined && { damage }),
  };
}

function readKept(file: string): { readonly kept: Map<string, unknown>; readonly damage?: string } {
  if (!existsSync(file)) return { kept: new Map() };
  try {
    const told: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof told === 'object' && told !== null && !Array.isArray(told))
      return { kept: new Map(Object.entries(told)) };
    return { kept: new Map(), damage: `${file} holds no object` };
  } catch (error) {
    return { kept: new Map(), damage: `${file} cannot be read: ${(error as Error).message}` };
  }
}

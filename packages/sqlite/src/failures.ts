// What SQLite reports, in the words of the ports: what happened, in which file, what to do.
import { LogUnavailable, StateDamaged } from '@winnow/stream';

const readOnlyFile = 8;
const inputOutput = 10;
const corrupt = 11;
const full = 13;
const cannotOpen = 14;
const locked = [5, 6];
const notADatabase = 26;

/** The primary result code of an error of SQLite; undefined for any other error. */
export function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return Number(error.errcode) & 0xff;
}

/** The same failure as one that a caller can act on; what is not SQLite's is given back as it is. */
export function failureOf(error: unknown, file: string): Error {
  const code = resultCode(error);
  const told = error instanceof Error ? error.message : String(error);
  if (code === corrupt || code === notADatabase) return damaged(file, told, error);
  if (code === full)
    return unavailable(file, 'the disk is full', 'free some space; writing goes on by itself then', error);
  if (code === readOnlyFile) return unavailable(file, 'it cannot be written', 'check its owner and permissions', error);
  if (code === inputOutput) return unavailable(file, `reading or writing failed (${told})`, 'check the disk', error);
  if (code === cannotOpen) return unavailable(file, 'it cannot be opened', 'check the path and its permissions', error);
  if (code !== undefined && locked.includes(code)) {
    return unavailable(file, 'another program has locked it', 'end that program', error);
  }
  return error instanceof Error ? error : new Error(told);
}

export function damaged(file: string, found: string, cause?: unknown): StateDamaged {
  return new StateDamaged(
    `${file} is damaged: ${found}. Move it and its -wal and -shm files aside and start again with an empty one, or put a backup in its place.`,
    { cause },
  );
}

function unavailable(file: string, what: string, remedy: string, cause: unknown): LogUnavailable {
  return new LogUnavailable(`${file}: ${what}; nothing was written. To do: ${remedy}.`, { cause });
}

/** Runs something on the database; its failures are told in the words of the ports. */
export function told<T>(file: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw failureOf(error, file);
  }
}

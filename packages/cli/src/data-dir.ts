import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { openReader, type Reader } from '@winnow/sqlite';
import { CommandFailed } from './failure.ts';

/** `--data`, else $WINNOW_DATA, else ${XDG_DATA_HOME:-~/.local/share}/winnow. */
export function dataDirOf(option: string | undefined, env: NodeJS.ProcessEnv = process.env): string {
  if (option) return resolve(option);
  if (env.WINNOW_DATA) return resolve(env.WINNOW_DATA);
  return join(env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'winnow');
}

/** Runs a reading command on the data of a Winnow that may be running or not. */
export async function withReader<T>(dir: string, read: (reader: Reader) => T | Promise<T>): Promise<T> {
  const reader = openOrTell(dir);
  try {
    return await read(reader);
  } finally {
    reader.close();
  }
}

function openOrTell(dir: string): Reader {
  try {
    return openReader(dir);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'NoData') throw error;
    throw new CommandFailed(`${error.message} Start \`winnow up\`, or name another directory with --data.`, 2, {
      cause: error,
    });
  }
}

export const dataOption = [
  '--data <dir>',
  'data directory (default: $WINNOW_DATA, else winnow under $XDG_DATA_HOME or ~/.local/share)',
] as const;

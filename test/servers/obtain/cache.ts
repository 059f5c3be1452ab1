// What was built or downloaded lies outside the checkout, one folder for each version, and appears there as a whole.
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { withLock } from './lock.ts';

export function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'winnow-test-servers');
}

/** The path of the folder `<name>-<version>`, where it is there. */
export function findCached(folder: string): string | undefined {
  const path = join(cacheFolder(), folder);
  return existsSync(path) ? path : undefined;
}

/** Has `fill` fill a new folder and moves it to its place; two processes do not do it twice. */
export async function fillCache(folder: string, fill: (into: string) => Promise<void>): Promise<string> {
  const path = join(cacheFolder(), folder);
  return withLock(`${path}.lock`, async () => {
    if (existsSync(path)) return path;
    removeUnfinished(folder);
    const unfinished = mkdtempSync(`${path}.unfinished-`);
    try {
      await fill(unfinished);
      renameSync(unfinished, path);
    } finally {
      rmSync(unfinished, { recursive: true, force: true });
    }
    return path;
  });
}

/** What a process left behind that was killed while it filled the folder. */
function removeUnfinished(folder: string): void {
  for (const name of readdirSync(cacheFolder())) {
    if (name.startsWith(`${folder}.unfinished-`)) rmSync(join(cacheFolder(), name), { recursive: true });
  }
}

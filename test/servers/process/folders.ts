import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepWatch } from './guard.ts';

export interface TemporaryFolder {
  readonly path: string;
  /** Of a file in it. */
  file(name: string): string;
  remove(): void;
}

/** A folder of a server's own, that is removed at the latest when this process ends. */
export function temporaryFolder(server: string): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), `winnow-test-${server}-`));
  const kept = keepWatch('folder', path);
  return {
    path,
    file: (name) => join(path, name),
    remove() {
      // A process that was just killed may still be closing its files.
      rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
      kept.release();
    },
  };
}

// Files that are read again when they change: tokens and certificates are rotated while the process runs.
import { statSync } from 'node:fs';

export interface Reloading<T> {
  readonly current: T;
  /** How often files that had changed could not be read. */
  readonly failures: number;
  /** Looks now. */
  look(): void;
  stop(): void;
}

export interface ReloadOptions<T> {
  readonly files: readonly string[];
  /** @throws where they cannot be read: at the start that ends it, later the former content stays in force. */
  readonly read: () => T;
  readonly onChange?: (current: T) => void;
  readonly onFailure?: (error: unknown) => void;
  /** Milliseconds between looks (default 2,000): a mounted Secret changes by a link, which no watch of the file sees. */
  readonly every?: number;
}

export function createReloading<T>({
  files,
  read,
  onChange,
  onFailure,
  every = 2_000,
}: ReloadOptions<T>): Reloading<T> {
  let stamp = stampOf(files);
  let current = read();
  let failures = 0;

  function look(): void {
    const now = stampOf(files);
    if (now === stamp) return;
    try {
      current = read();
      stamp = now;
      onChange?.(current);
    } catch (error) {
      // A half of a pair may have been written: it is read again at the next look, and told of once.
      if (failed !== now) {
        failures++;
        onFailure?.(error);
      }
      failed = now;
    }
  }
  let failed = '';
  const timer = setInterval(look, every).unref();
  return {
    get current() {
      return current;
    },
    get failures() {
      return failures;
    },
    look,
    stop: () => clearInterval(timer),
  };
}

function stampOf(files: readonly string[]): string {
  return files
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false });
      return stat ? `${stat.ino} ${stat.size} ${stat.mtimeMs}` : 'none';
    })
    .join('|');
}

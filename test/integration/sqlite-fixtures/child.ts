// Starts a fixture as a process of its own, on the Node that runs the tests.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Child {
  readonly process: ChildProcess;
  /** Lines of standard output so far. */
  readonly lines: string[];
  /** Resolves once a line with this beginning is there; rejects where the process ends before. */
  line(beginning: string): Promise<string>;
  /** Resolves with the exit code (null after a signal). */
  readonly ended: Promise<number | null>;
}

export function startFixture(name: string, args: readonly string[], prefix: readonly string[] = []): Child {
  const script = fileURLToPath(new URL(name, import.meta.url));
  const [command, ...rest] = [...prefix, process.execPath, script, ...args] as [string, ...string[]];
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  const watchers = new Set<() => void>();
  const tell = () => {
    for (const watch of watchers) watch();
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    tell();
  });
  let over = false;
  const ended = new Promise<number | null>((resolve) => {
    // `close` comes when the output has been read too.
    child.on('close', (code) => {
      over = true;
      resolve(code);
      tell();
    });
  });
  return {
    process: child,
    lines,
    ended,
    line(beginning) {
      return new Promise((resolve, reject) => {
        const watch = () => {
          const found = lines.find((line) => line.startsWith(beginning));
          if (found === undefined && !over) return;
          watchers.delete(watch);
          if (found === undefined) reject(new Error(`${name} ended without telling "${beginning}"`));
          else resolve(found);
        };
        watchers.add(watch);
        watch();
      });
    },
  };
}

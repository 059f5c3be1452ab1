// One small process that outlives this one for a moment, to end its servers and remove its folders however it ends.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('guard.sh', import.meta.url));
let guard: ChildProcess | undefined;

function startGuard(): ChildProcess {
  const started = spawn('sh', [script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  started.unref();
  (started.stdin as Socket).unref();
  return started;
}

function tell(line: string): void {
  guard ??= startGuard();
  guard.stdin?.write(`${line}\n`);
}

export interface Kept {
  /** It is gone, so the guard need not see to it. */
  release(): void;
}

/** Has the process killed, or the folder removed, when this process ends without doing it. */
export function keepWatch(what: 'process' | 'folder', value: number | string): Kept {
  tell(`+${what} ${value}`);
  return { release: () => tell(`-${what} ${value}`) };
}

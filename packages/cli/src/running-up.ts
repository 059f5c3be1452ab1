// How other commands find the `up` that runs on a data directory, and ask it.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** What `up` tells of itself in its data directory while it runs. */
export interface RunningUp {
  readonly pid: number;
  readonly host: string;
  /** Where it listens: `http://127.0.0.1:9193`. */
  readonly url: string;
  /** RFC 3339. */
  readonly since: string;
  /** How long records are kept, milliseconds, and how much of them, bytes. */
  readonly retention?: { readonly maxAgeMs: number; readonly maxBytes: number };
  /** It is an agent: records are kept until they are forwarded, and no more than so many bytes are taken. */
  readonly agent?: { readonly maxBytes: number };
}

const fileIn = (dir: string) => join(dir, 'up.json');

/** @returns how to take it back. That it is written is a help to others: where it cannot be, `up` goes on. */
export function tellRunning(dir: string, told: Omit<RunningUp, 'pid' | 'host'>): () => void {
  try {
    writeFileSync(fileIn(dir), `${JSON.stringify({ pid: process.pid, host: hostname(), ...told })}\n`);
  } catch {
    return () => undefined;
  }
  return () => rmSync(fileIn(dir), { force: true });
}

/** Undefined where none has said so, or the one that did is gone. */
export function findRunning(dir: string): RunningUp | undefined {
  try {
    const told = JSON.parse(readFileSync(fileIn(dir), 'utf8')) as RunningUp;
    return typeof told.url === 'string' && isAlive(told) ? told : undefined;
  } catch {
    return undefined;
  }
}

/** Of another machine, as on a shared disk, nothing can be told from here. */
function isAlive({ pid, host }: RunningUp): boolean {
  if (host !== hostname()) return true;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A wildcard address is asked on this machine. */
export function urlToAsk({ url }: RunningUp): string {
  return url.replace('://0.0.0.0:', '://127.0.0.1:').replace('://[::]:', '://[::1]:');
}

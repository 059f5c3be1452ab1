import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keepWatch } from './guard.ts';
import { until } from './until.ts';

export interface ProcessOptions {
  /** Names its log file, too. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Where it runs and where `<name>.log` is written. */
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Polled until it is so. A process that ends before fails the start. */
  readonly isReady: () => Promise<boolean>;
}

export interface RunningProcess {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  isAlive(): boolean;
  /** Resolves when it has ended, whatever ended it. */
  readonly ended: Promise<unknown>;
  /** Sends the signal and resolves when the process has ended; also where it had. */
  end(signal?: NodeJS.Signals): Promise<void>;
}

const TAIL_LINES = 30;

const tailOf = (file: string) => readFileSync(file, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES).join('\n');

/** Starts a server as a child process and resolves when it is ready. @throws with the end of its log where it is not. */
export async function startProcess(options: ProcessOptions): Promise<RunningProcess> {
  const { name, command, args, folder, env = {} } = options;
  const logFile = join(folder, `${name}.log`);
  const log = openSync(logFile, 'a');
  const child = spawn(command, args, {
    cwd: folder,
    argv0: name,
    stdio: ['ignore', log, log],
    env: { ...process.env, ...env },
  });
  closeSync(log);
  const ended = once(child, 'exit');
  await once(child, 'spawn').catch((error: Error) => {
    throw new Error(`${name} could not be started: ${error.message}`);
  });
  const pid = child.pid as number;
  const kept = keepWatch('process', pid);
  void ended.then(() => kept.release());
  const isAlive = () => child.exitCode === null && child.signalCode === null;

  const running: RunningProcess = {
    name,
    pid,
    logFile,
    isAlive,
    ended,
    async end(signal = 'SIGKILL') {
      if (isAlive()) child.kill(signal);
      await ended;
    },
  };
  await untilReady(running, options.isReady);
  return running;
}

async function untilReady(running: RunningProcess, isReady: () => Promise<boolean>): Promise<void> {
  const failure = (what: string) => new Error(`${running.name} ${what}; its log ends:\n${tailOf(running.logFile)}`);
  const look = () => {
    if (!running.isAlive()) throw failure('ended instead of starting');
    return isReady();
  };
  try {
    await until(look, () => `${running.name} is ready; its log ends:\n${tailOf(running.logFile)}`);
  } catch (error) {
    await running.end();
    throw error;
  }
}

// One service as a process, as `winnow service NAME` starts it; started again when it has ended, as a kubelet does.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../servers/index.ts';
import { type RunningProcess, startProcess } from '../servers/process/start-process.ts';
import { answers } from '../servers/process/until.ts';

export const main = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));

export interface ServiceProcess {
  /** `signals-1`. */
  readonly name: string;
  readonly url: string;
  /** Ends it with SIGKILL. */
  kill(): void;
  /** Stops it (SIGSTOP) and wakes it after so many milliseconds. */
  pause(ms: number): Promise<void>;
  /** Ends it with SIGTERM, and for good. Resolves when it has ended. */
  stop(): Promise<void>;
  log(): string;
}

export interface StartService {
  /** `signals`. */
  readonly service: string;
  /** Tells it from the others of the service. */
  readonly number: number;
  /** For its log. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Milliseconds before one that has ended is started again. */
const BACK_AFTER = 500;

/** Resolves when it is ready. */
export async function startService({ service, number, folder, env }: StartService): Promise<ServiceProcess> {
  const name = `${service}-${number}`;
  const address = `127.0.0.1:${await freePort()}`;
  const url = `http://${address}`;
  const options = {
    ...{ name, folder, command: process.execPath, args: [main, 'service', service] },
    env: { ...env, WINNOW_LISTEN: address, WINNOW_INSTANCE: name, WINNOW_LOG_LEVEL: 'info' },
  };
  let wanted = true;
  let running: RunningProcess = await startProcess({ ...options, isReady: () => answers(`${url}/-/ready`) });
  const keeping = keep();

  async function keep(): Promise<void> {
    for (;;) {
      await running.ended;
      if (!wanted) return;
      await sleep(BACK_AFTER);
      if (wanted) running = await startProcess({ ...options, isReady: async () => true });
    }
  }

  const send = (signal: NodeJS.Signals) => {
    if (running.isAlive()) process.kill(running.pid, signal);
  };
  return {
    name,
    url,
    kill: () => send('SIGKILL'),
    async pause(ms) {
      send('SIGSTOP');
      await sleep(ms);
      send('SIGCONT');
    },
    async stop() {
      wanted = false;
      send('SIGTERM');
      await keeping;
    },
    log: () => readFileSync(running.logFile, 'utf8'),
  };
}

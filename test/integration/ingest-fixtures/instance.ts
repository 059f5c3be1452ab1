// One instance of a service of the intake, as a process that is not started again when it is killed.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, temporaryFolder } from '../../servers/index.ts';
import { startProcess } from '../../servers/process/start-process.ts';
import { answers } from '../../servers/process/until.ts';

const main = fileURLToPath(new URL('../../../packages/cli/src/main.ts', import.meta.url));

export interface Instance {
  readonly url: string;
  /** Of a metric's line that begins so; undefined where there is none. */
  figure(line: string): Promise<number | undefined>;
  /** With -9, for good. */
  kill(): Promise<void>;
}

/** Resolves when it is ready. */
export async function startInstance(service: string, env: Readonly<Record<string, string>>): Promise<Instance> {
  const folder = temporaryFolder(service);
  const address = `127.0.0.1:${await freePort()}`;
  const url = `http://${address}`;
  const running = await startProcess({
    name: service,
    command: process.execPath,
    args: [main, 'service', service],
    folder: folder.path,
    env: {
      WINNOW_SESSION_TIMEOUT_SECONDS: '6',
      ...env,
      WINNOW_LISTEN: address,
      WINNOW_DATA: join(folder.path, 'data'),
    },
    isReady: () => answers(`${url}/-/ready`),
  });
  return {
    url,
    async figure(line) {
      const text = await (await fetch(`${url}/metrics`)).text();
      const found = text.split('\n').find((each) => each.startsWith(line));
      return found === undefined ? undefined : Number(found.split(' ').at(-1));
    },
    async kill() {
      await running.end('SIGKILL');
      folder.remove();
    },
  };
}

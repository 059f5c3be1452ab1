import { writeFileSync } from 'node:fs';
import { obtain } from './obtain/sources.ts';
import { temporaryFolder } from './process/folders.ts';
import { freePort } from './process/free-port.ts';
import { type Ended, runTool } from './process/run-tool.ts';
import { answers } from './process/until.ts';
import { asText, type RunningServer, startServer } from './running-server.ts';

export interface AlertmanagerOptions {
  /** `alertmanager.yml`, as text or as an object; without it, nobody is told anything. */
  readonly config?: string | object;
  readonly args?: readonly string[];
}

const TELLS_NOBODY = { route: { receiver: 'nobody' }, receivers: [{ name: 'nobody' }] };

export async function startAlertmanager(options: AlertmanagerOptions = {}): Promise<RunningServer> {
  const command = await obtain('alertmanager');
  const folder = temporaryFolder('alertmanager');
  writeFileSync(folder.file('alertmanager.yml'), asText(options.config ?? TELLS_NOBODY));
  const listen = `127.0.0.1:${await freePort()}`;
  const url = `http://${listen}`;
  return startServer(folder, url, {
    name: 'alertmanager',
    command,
    args: [
      `--config.file=${folder.file('alertmanager.yml')}`,
      `--storage.path=${folder.file('data')}`,
      `--web.listen-address=${listen}`,
      // It looks for no peers.
      '--cluster.listen-address=',
      ...(options.args ?? []),
    ],
    isReady: () => answers(`${url}/-/ready`),
  });
}

/** Runs `amtool` against an Alertmanager, or against what claims to be one. A refusal is a code, not a throw. */
export async function amtool(args: readonly string[], { url }: { readonly url: string }): Promise<Ended> {
  await obtain('alertmanager');
  return runTool('amtool', [`--alertmanager.url=${url}`, ...args]);
}

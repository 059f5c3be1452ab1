// `winnow agent` as a process that a test kills and starts again on the same data.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, temporaryFolder } from '../../servers/index.ts';
import { type RunningProcess, startProcess } from '../../servers/process/start-process.ts';
import { answers } from '../../servers/process/until.ts';

const main = fileURLToPath(new URL('../../../packages/cli/src/main.ts', import.meta.url));

export interface AgentOptions {
  readonly broker: string;
  readonly cluster?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface Agent {
  readonly url: string;
  readonly data: string;
  start(): Promise<void>;
  /** With -9. */
  kill(): Promise<void>;
  /** Posts an alert of this name; the status of the answer, undefined where there is none. */
  post(name: string, more?: string): Promise<number | undefined>;
  /** The value of a metric without labels. */
  metric(name: string): Promise<number | undefined>;
  get(path: string): Promise<Response>;
  stop(): Promise<void>;
}

/** Does not start it yet. */
export async function agentOf({ broker, cluster = 'edge', args = [], env = {} }: AgentOptions): Promise<Agent> {
  const folder = temporaryFolder('agent');
  const data = join(folder.path, 'data');
  const listen = `127.0.0.1:${await freePort()}`;
  const url = `http://${listen}`;
  let running: RunningProcess | undefined;
  const get = (path: string) => fetch(`${url}${path}`, { signal: AbortSignal.timeout(60_000) });

  return {
    ...{ url, data, get },
    async start() {
      running = await startProcess({
        name: 'agent',
        command: process.execPath,
        args: [main, 'agent', '--listen', listen, '--data', data, '--cluster', cluster, ...args],
        folder: folder.path,
        env: { WINNOW_KAFKA_BROKERS: broker, ...env },
        isReady: () => answers(`${url}/-/ready`),
      });
    },
    kill: async () => void (await running?.end('SIGKILL')),
    async post(name, more = '') {
      const body = [{ labels: { alertname: name, severity: 'critical', namespace: 'shop', more } }];
      const request = { method: 'POST', body: JSON.stringify(body), signal: AbortSignal.timeout(60_000) };
      const answer = await fetch(`${url}/api/v2/alerts`, request).catch(() => undefined);
      await answer?.arrayBuffer().catch(() => undefined);
      return answer?.status;
    },
    async metric(name) {
      const text = await (await get('/metrics')).text();
      const found = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text);
      return found ? Number(found[1]) : undefined;
    },
    async stop() {
      await running?.end('SIGKILL');
      folder.remove();
    },
  };
}

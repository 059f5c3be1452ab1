import { writeFileSync } from 'node:fs';
import { obtain } from './obtain/sources.ts';
import { temporaryFolder } from './process/folders.ts';
import { freePort } from './process/free-port.ts';
import { answers } from './process/until.ts';
import { asText, type RunningServer, startServer } from './running-server.ts';

export interface PrometheusOptions {
  /** `prometheus.yml`, as text or as an object. */
  readonly config?: string | object;
  /** Further files beside it, by name: rules, targets. */
  readonly files?: Readonly<Record<string, string | object>>;
  readonly args?: readonly string[];
}

export interface Prometheus extends RunningServer {
  /** Has it read `prometheus.yml` and its rules in `folder` again. */
  reload(): Promise<void>;
}

export async function startPrometheus(options: PrometheusOptions = {}): Promise<Prometheus> {
  const command = await obtain('prometheus');
  const folder = temporaryFolder('prometheus');
  const files = { ...options.files, 'prometheus.yml': options.config ?? {} };
  for (const [name, content] of Object.entries(files)) writeFileSync(folder.file(name), asText(content));
  const listen = `127.0.0.1:${await freePort()}`;
  const url = `http://${listen}`;
  const server = await startServer(folder, url, {
    name: 'prometheus',
    command,
    args: [
      `--config.file=${folder.file('prometheus.yml')}`,
      `--storage.tsdb.path=${folder.file('data')}`,
      `--web.listen-address=${listen}`,
      '--web.enable-lifecycle',
      ...(options.args ?? []),
    ],
    isReady: () => answers(`${url}/-/ready`),
  });
  return {
    ...server,
    async reload() {
      const answer = await fetch(`${url}/-/reload`, { method: 'POST' });
      if (!answer.ok) throw new Error(`Prometheus did not take its configuration: ${await answer.text()}`);
    },
  };
}

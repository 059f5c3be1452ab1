// A Redis that can be killed and started again on its own port and files, and be put back to an older state of them.
import { cpSync, rmSync } from 'node:fs';
import { Redis } from 'ioredis';
import { freePort, temporaryFolder } from '../../servers/index.ts';
import { obtain } from '../../servers/obtain/sources.ts';
import { type RunningProcess, startProcess } from '../../servers/process/start-process.ts';

export interface RestartableRedis {
  readonly url: string;
  /** Ends it with SIGKILL. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Keeps a copy of its append-only files as they are now. */
  keepFiles(): void;
  /** Kills it and starts it on the copy that was kept. */
  putBack(): Promise<void>;
  stop(): Promise<void>;
}

/** It writes each change to its append-only file before it answers. */
export async function startRestartable(): Promise<RestartableRedis> {
  const command = await obtain('redis');
  const folder = temporaryFolder('redis');
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const durability = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
  const args = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder.path, ...durability];
  let running: RunningProcess | undefined;

  async function start(): Promise<void> {
    running = await startProcess({
      name: 'redis-server',
      command,
      args,
      folder: folder.path,
      isReady: () => answers(url),
    });
  }
  const kill = async () => running?.end('SIGKILL');
  const files = folder.file('appendonlydir');
  const copy = folder.file('kept');

  await start();
  return {
    url,
    start,
    kill: async () => void (await kill()),
    keepFiles: () => cpSync(files, copy, { recursive: true }),
    async putBack() {
      await kill();
      rmSync(files, { recursive: true });
      cpSync(copy, files, { recursive: true });
      await start();
    },
    async stop() {
      await kill();
      folder.remove();
    },
  };
}

async function answers(url: string): Promise<boolean> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null }).on('error', () => undefined);
  const pong = await client.ping().catch(() => undefined);
  client.disconnect();
  return pong === 'PONG';
}

import { connect } from 'node:net';
import { obtain } from './obtain/sources.ts';
import { temporaryFolder } from './process/folders.ts';
import { freePort } from './process/free-port.ts';
import { type RunningServer, startServer } from './running-server.ts';

export interface RedisOptions {
  /** Further arguments, such as `--maxmemory 10mb`, each word an element. */
  readonly args?: readonly string[];
}

/** It writes each change to its append-only file before it answers. */
export async function startRedis({ args = [] }: RedisOptions = {}): Promise<RunningServer> {
  const command = await obtain('redis');
  const folder = temporaryFolder('redis');
  const port = await freePort();
  const durability = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
  return startServer(folder, `redis://127.0.0.1:${port}`, {
    name: 'redis-server',
    command,
    args: ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder.path, ...durability, ...args],
    isReady: () => answersPing(port),
  });
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.setTimeout(5_000, () => socket.destroy());
    socket.on('data', (data) => {
      resolve(data.toString().startsWith('+PONG'));
      socket.destroy();
    });
    socket.on('error', () => undefined).on('close', () => resolve(false));
  });
}

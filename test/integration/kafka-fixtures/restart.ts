// A broker killed with -9 and started again on what it left.
import { readFileSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import type { Kafka } from '../../servers/index.ts';
import { type RunningProcess, startProcess } from '../../servers/process/start-process.ts';
import { untilAsync } from './logs.ts';

export interface Restartable {
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Starts it where it was killed and not started again. */
  revive(): Promise<void>;
  stop(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
}

export function restartable(kafka: Kafka): Restartable {
  const [, ...args] = readFileSync(`/proc/${kafka.pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  const command = readlinkSync(`/proc/${kafka.pid}/exe`);
  let running: RunningProcess | undefined;
  let isKilled = false;
  const pid = () => running?.pid ?? kafka.pid;
  async function start(): Promise<void> {
    running = await startProcess({ name: 'kafka', command, args, folder: kafka.folder, isReady });
    isKilled = false;
  }
  const isReady = () => accepts(kafka.broker);
  return {
    start,
    signal: (signal) => void process.kill(pid(), signal),
    revive: async () => (isKilled ? start() : undefined),
    async kill() {
      isKilled = true;
      process.kill(pid(), 'SIGKILL');
      await untilAsync(async () => !(await accepts(kafka.broker)), 'the end of the broker');
    },
    async stop() {
      await running?.end();
      await kafka.stop();
    },
  };
}

function accepts(broker: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(broker.split(':')[1]), '127.0.0.1', () => {
      resolve(true);
      socket.destroy();
    });
    socket.on('error', () => resolve(false));
  });
}

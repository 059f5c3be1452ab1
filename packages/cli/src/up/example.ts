// The bundled example: played until something real arrives, on a throw-away store, never in the data directory.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { createMemoryLog, type MemoryLog } from '@winnow/stream';
import type { ExampleData, ExampleMessage } from './example-messages.ts';

export interface Example {
  /** The records that a read model is folded from. */
  readonly log: MemoryLog;
  /** Ends the thread; what it told is to be forgotten. */
  stop(): Promise<void>;
}

export interface PlayExample {
  readonly tenant: string;
  readonly onProblem: (text: string) => void;
  /** The whole recording has been played. */
  readonly onPlayed?: () => void;
}

const bundled = fileURLToPath(new URL('../../../../examples', import.meta.url));

/** Undefined where no example is bundled. */
export function playExample({ tenant, onProblem, onPlayed }: PlayExample, directory = bundled): Example | undefined {
  if (!existsSync(join(directory, 'outage.jsonl.gz'))) return undefined;
  const log = createMemoryLog();
  const workerData: ExampleData = { directory, tenant };
  const worker = new Worker(new URL('./example-worker.ts', import.meta.url), { workerData });
  let stopped = false;
  worker.on('message', (message: ExampleMessage) => {
    if (stopped) return;
    if (message.type === 'records') log.appendNow(message.records);
    else if (message.type === 'failed') onProblem(`the example failed in ${message.part}: ${message.message}`);
    else onPlayed?.();
  });
  worker.on('error', (error) => {
    if (!stopped) onProblem(`the example ended: ${error}`);
  });
  return {
    log,
    async stop() {
      stopped = true;
      await worker.terminate();
    },
  };
}

// Moves the write-ahead log into the file off the thread that answers, for work that writes much but need not be durable at once.
import { Worker } from 'node:worker_threads';

export interface Checkpointer {
  /** Resolves when what has been written is in the file, or could not be put there now. One at a time. */
  run(): Promise<void>;
  close(): Promise<void>;
}

/** Its thread is started by the first run. */
export function createCheckpointer(file: string): Checkpointer {
  let worker: Worker | undefined;
  let done = () => {};

  function start(): Worker {
    const started = new Worker(new URL('./checkpoint-worker.ts', import.meta.url), { workerData: file });
    started.on('message', () => done());
    // Without it the writer does the work itself, with one of its next commits.
    started.on('error', () => done());
    started.on('exit', () => {
      worker = undefined;
      done();
    });
    return started;
  }

  return {
    run() {
      worker ??= start();
      const running = worker;
      running.ref();
      return new Promise((resolve) => {
        done = () => {
          // An idle thread keeps no process alive.
          running.unref();
          resolve();
        };
        running.postMessage('checkpoint');
      });
    },
    async close() {
      await worker?.terminate();
    },
  };
}

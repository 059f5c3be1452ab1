// A few worker threads, each with one task at a time. A task that is aborted takes its thread with it: the work is synchronous.
import { Worker } from 'node:worker_threads';

export interface ThreadPool<Task, Result> {
  /** @throws what the thread threw, or that the task was cancelled. */
  run(task: Task, signal: AbortSignal): Promise<Result>;
  close(): Promise<void>;
}

interface Waiting<Task, Result> {
  readonly task: Task;
  readonly signal: AbortSignal;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** @param file a module that answers each message with `{value}` or `{error}`. */
export function createThreadPool<Task, Result>(file: URL, size: number): ThreadPool<Task, Result> {
  const idle: Worker[] = [];
  const busy = new Set<Worker>();
  const queue: Waiting<Task, Result>[] = [];
  let closed = false;

  function start(): Worker {
    const worker = new Worker(file);
    worker.unref();
    // A thread that ends while it has no task is nobody's failure; it is only not used again.
    worker.on('error', () => undefined);
    worker.once('exit', () => idle.includes(worker) && idle.splice(idle.indexOf(worker), 1));
    return worker;
  }

  function next(): void {
    while (queue.length > 0 && busy.size < size && !closed) {
      const waiting = queue.shift();
      if (waiting && !waiting.signal.aborted) runOn(idle.pop() ?? start(), waiting);
    }
  }

  function runOn(worker: Worker, { task, signal, resolve, reject }: Waiting<Task, Result>): void {
    busy.add(worker);
    const end = (keep: boolean) => {
      worker.off('message', onMessage).off('error', fail).off('exit', onExit);
      signal.removeEventListener('abort', onAbort);
      busy.delete(worker);
      if (keep && !closed) idle.push(worker);
      else void worker.terminate();
      next();
    };
    const fail = (error: unknown) => {
      end(false);
      reject(error);
    };
    const onAbort = () => fail(new Error('the investigation was cancelled'));
    const onExit = (code: number) => fail(new Error(`the investigation's thread ended with ${code}`));
    const onMessage = (answer: { value: Result } | { error: string }) => {
      end(true);
      if ('error' in answer) reject(new Error(answer.error));
      else resolve(answer.value);
    };
    worker.on('message', onMessage).on('error', fail).on('exit', onExit);
    signal.addEventListener('abort', onAbort, { once: true });
    worker.postMessage(task);
  }

  return {
    run: (task, signal) =>
      new Promise((resolve, reject) => {
        if (closed || signal.aborted) return reject(new Error('the investigation was cancelled'));
        const waiting = { task, signal, resolve, reject };
        queue.push(waiting);
        signal.addEventListener('abort', () => {
          const at = queue.indexOf(waiting);
          if (at < 0) return;
          queue.splice(at, 1);
          reject(new Error('the investigation was cancelled'));
        });
        next();
      }),
    async close() {
      closed = true;
      for (const { reject } of queue.splice(0)) reject(new Error('the investigation was cancelled'));
      const workers = [...idle.splice(0), ...busy];
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

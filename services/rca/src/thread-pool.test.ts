import { afterEach, describe, expect, it } from 'vitest';
import { createThreadPool, type ThreadPool } from './thread-pool.ts';

const script = `
  const { parentPort, threadId } = require('node:worker_threads');
  parentPort.on('message', (task) => {
    if (task === 'spin') for (;;);
    if (task === 'die') process.exit(3);
    if (task === 'throw') return parentPort.postMessage({ error: 'thrown' });
    parentPort.postMessage({ value: [task, threadId] });
  });
`;
// A data URL would be run as a module; CommonJS text needs its own type.
const file = new URL(
  `data:text/javascript,${encodeURIComponent(`import { createRequire } from 'node:module'; const require = createRequire('file:///'); ${script}`)}`,
);
let pool: ThreadPool<string, [string, number]>;
const start = (size: number) => {
  pool = createThreadPool(file, size);
  return pool;
};
const never = new AbortController().signal;
afterEach(() => pool.close());

describe('a pool of threads', () => {
  it('answers each task and keeps its thread for the next', async () => {
    const { run } = start(1);
    const [[first, thread], [second, again]] = await Promise.all([run('a', never), run('b', never)]);
    expect([first, second, again]).toEqual(['a', 'b', thread]);
  });

  it('rejects with what the thread says, and goes on', async () => {
    const { run } = start(1);
    await expect(run('throw', never)).rejects.toThrow('thrown');
    expect((await run('a', never))[0]).toBe('a');
  });

  it('ends a task that spins when it is aborted, and starts a new thread for the next', async () => {
    const { run } = start(1);
    const abort = new AbortController();
    const spinning = run('spin', abort.signal);
    const next = run('a', never);
    setTimeout(() => abort.abort(), 100);
    await expect(spinning).rejects.toThrow('cancelled');
    expect((await next)[0]).toBe('a');
  });

  it('survives the death of a thread', async () => {
    const { run } = start(1);
    await expect(run('die', never)).rejects.toThrow('ended with 3');
    expect((await run('a', never))[0]).toBe('a');
  });
});

import { describe, expect, it } from 'vitest';
import { Fenced, StageCrashed } from './errors.ts';
import { supervise } from './supervise.ts';

/** Runs that end as told, one after another; the last goes on until it is closed. */
function runs(...ends: readonly Error[]) {
  let started = 0;
  const start = async () => {
    const end = ends[started++];
    const { promise: done, resolve } = Promise.withResolvers<void>();
    return { number: started, close: async () => resolve(), done: end ? Promise.reject(end) : done };
  };
  return { start, started: () => started };
}

describe('supervising', () => {
  it('given crashes, when they happen, then each is told of and it is started again after a growing pause', async () => {
    const told: string[] = [];
    const { start } = runs(new StageCrashed('one'), new StageCrashed('two'));
    const supervised = await supervise(start, {
      onCrash: (error, { count, pause }) => told.push(`${(error as Error).message} ${count} ${pause}`),
      firstPause: 2,
    });
    while (supervised.current.number < 3) await new Promise((resolve) => setTimeout(resolve, 1));
    await supervised.idle();
    expect(told).toEqual(['one 1 2', 'two 2 4']);
    expect(supervised.busy).toBe(false);
    await supervised.close();
    await supervised.done;
  });

  it('given a start that fails, when it is a restart, then it is tried again', async () => {
    let starts = 0;
    const supervised = await supervise(
      async () => {
        starts += 1;
        if (starts === 2) throw new Error('the store is away');
        const { promise, resolve } = Promise.withResolvers<void>();
        return { close: async () => resolve(), done: starts === 1 ? Promise.reject(new Error('crash')) : promise };
      },
      { onCrash: () => undefined, firstPause: 1 },
    );
    while (starts < 3) await new Promise((resolve) => setTimeout(resolve, 1));
    await supervised.close();
    await supervised.done;
  });

  it('given an owner that was fenced off, when it ends, then it is not started again', async () => {
    const { start, started } = runs(new Fenced('taken over'));
    const supervised = await supervise(start, { onCrash: () => undefined, firstPause: 1 });
    await expect(supervised.done).rejects.toBeInstanceOf(Fenced);
    expect(started()).toBe(1);
  });
});

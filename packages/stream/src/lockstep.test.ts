import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { sampleRecord } from './contract/record-samples.ts';
import { type Party, settle } from './lockstep.ts';
import { createMemoryLog } from './memory/memory-log.ts';

const forever = new Promise<void>(() => undefined);

describe('settling', () => {
  it('given a party that answers what it reads, when all is settled, then the answers to its answers are handled too', async () => {
    const log = createMemoryLog();
    let open = 0;
    let handled = 0;
    log.subscribe({ topic: 'winnow.signals', partition: 0, from: 0 }, async (batch) => {
      for (const { key } of batch) {
        handled += 1;
        if (Number(key) === 0) continue;
        open += 1;
        // The answer comes while the log is idle.
        void wait(2).then(async () => {
          await log.append([sampleRecord(String(Number(key) - 1))]);
          open -= 1;
        });
      }
    });
    const party: Party = {
      done: forever,
      get busy() {
        return open > 0;
      },
    };
    await log.append([sampleRecord('5')]);
    await settle(log, [party]);
    expect(handled).toBe(6);
  });

  it('given a party that ends, when it is waited for, then the error comes at once, and later too', async () => {
    const log = createMemoryLog();
    const done = wait(1).then(() => Promise.reject(new Error('crashed')));
    const party: Party = { done, idle: () => forever };
    await expect(settle(log, [party])).rejects.toThrow('crashed');
    await expect(settle(log, [party])).rejects.toThrow('crashed');
  });
});

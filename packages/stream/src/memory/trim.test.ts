import { describe, expect, it } from 'vitest';
import { sampleRecord } from '../contract/record-samples.ts';
import { createMemoryLog } from './memory-log.ts';

const many = (count: number, topic: 'winnow.signals' | 'winnow.incidents' = 'winnow.signals') =>
  Array.from({ length: count }, (_, at) => sampleRecord(String(at), topic));

describe('a memory log that trims', () => {
  it('given records that every subscription has handled, when more come, then they are forgotten', async () => {
    const log = createMemoryLog({ trim: true });
    const seen: string[] = [];
    for (const _ of [1, 2]) {
      log.subscribe({ topic: 'winnow.signals', partition: 0, from: 0 }, async (batch) => {
        for (const { key } of batch) seen.push(key);
      });
    }
    for (let round = 0; round < 20; round++) {
      await log.append(many(500));
      await log.idle();
    }
    expect(seen).toHaveLength(20_000);
    expect(log.records('winnow.signals', 0).length).toBeLessThan(3000);
    expect(log.records('winnow.signals', 0).at(-1)?.offset).toBe(9999);
  });

  it('given a subscription that failed, when others go on, then what it had not handled is kept for its successor', async () => {
    const log = createMemoryLog({ trim: true });
    const wanted = { topic: 'winnow.signals', partition: 0, from: 0 } as const;
    log.subscribe(wanted, async () => undefined);
    const failed = log.subscribe(wanted, () => Promise.reject(new Error('crash')));
    await log.append(many(5000));
    await expect(failed.done).rejects.toThrow('crash');
    await log.idle();
    let seen = 0;
    log.subscribe(wanted, async (batch) => {
      seen += batch.length;
    });
    await log.idle();
    expect(seen).toBe(5000);
    await log.append(many(1));
    await log.idle();
    expect(log.records('winnow.signals', 0).length).toBeLessThan(3000);
  });

  it('given a compacted topic or nobody who reads, when records come, then they are kept', async () => {
    const log = createMemoryLog({ trim: true });
    log.subscribe({ topic: 'winnow.incidents', partition: 0, from: 0 }, async () => undefined);
    await log.append([...many(5000, 'winnow.incidents'), ...many(5000)]);
    await log.idle();
    expect(log.records('winnow.incidents', 0)).toHaveLength(5000);
    expect(log.records('winnow.signals', 0)).toHaveLength(5000);
  });
});

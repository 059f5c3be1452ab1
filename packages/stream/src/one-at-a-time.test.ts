import { describe, expect, test } from 'vitest';
import { oneAtATime } from './one-at-a-time.ts';

describe('given writes that are asked for while one is under way', () => {
  test('when it ends, then one more writes for all of them, and a failure is of those that it wrote for', async () => {
    const writes: PromiseWithResolvers<void>[] = [];
    const write = oneAtATime(() => {
      const under = Promise.withResolvers<void>();
      writes.push(under);
      return under.promise;
    });
    const first = write();
    await Promise.resolve();
    const [second, third] = [write(), write()];
    expect(third).toBe(second);
    expect(writes).toHaveLength(1);
    writes[0]?.reject(new Error('full'));
    await expect(first).rejects.toThrow('full');
    await new Promise(setImmediate);
    expect(writes).toHaveLength(2);
    writes[1]?.resolve();
    await second;
  });
});

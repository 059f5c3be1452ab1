// The short form of test/chaos: the services as processes on Kafka and Redis, disturbed, give what an undisturbed Winnow gives.
import { describe, expect, it } from 'vitest';
import { runChaos } from '../chaos/run.ts';
import { missingServer } from '../servers/index.ts';

describe.skipIf(missingServer('kafka') ?? missingServer('redis'))('the examples on Kafka and Redis', () => {
  it('given services that are killed and paused, when all has arrived, then incidents and ledger are those of one undisturbed process', async () => {
    const verdict = await runChaos({
      seed: 5,
      disturbances: 4,
      partitions: 2,
      instances: { signals: 2, grouping: 1 },
      copies: 1,
    });
    expect(verdict.differences).toEqual([]);
    expect(verdict.happened).toHaveLength(4);
    expect(verdict.incidents).toBeGreaterThan(50);
  });
});

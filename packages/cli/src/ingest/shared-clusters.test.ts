import { createMemoryCheckpoints } from '@winnow/stream';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type SharedClusters, shareClusters } from './shared-clusters.ts';

interface Seen {
  readonly cluster: string;
  readonly tenant?: string;
}

function instance(checkpoints = createMemoryCheckpoints(), ...heard: readonly Seen[]) {
  const list: Seen[] = [...heard];
  const seen = {
    list: () => list,
    add: (cluster: string, tenant?: string) => void list.push({ cluster, ...(tenant !== undefined && { tenant }) }),
  };
  const shared: SharedClusters = shareClusters({
    ...{ seen, checkpoints, key: 'clusters', every: 5 },
    onError: (error) => {
      throw error;
    },
  });
  onTestFinished(() => shared.stop());
  return { list };
}

describe('given instances of the intake that share what they have heard of', () => {
  test('when one hears of a cluster, then the others vouch for it, too, whosever it is', async () => {
    const checkpoints = createMemoryCheckpoints();
    const one = instance(checkpoints, { cluster: 'a' }, { cluster: 'a', tenant: 'acme' });
    const other = instance(checkpoints, { cluster: 'b' });
    await vi.waitFor(() => expect(other.list).toHaveLength(3), 60_000);
    await vi.waitFor(() => expect(one.list).toHaveLength(3), 60_000);
    expect(other.list).toContainEqual({ cluster: 'a', tenant: 'acme' });
  });

  test('when all have ended, then who starts next knows what they knew; what cannot be read is nothing', async () => {
    const checkpoints = createMemoryCheckpoints();
    await checkpoints.save('clusters', ['torn', 7, { tenant: 'acme' }, { cluster: 'a' }]);
    const { list } = instance(checkpoints);
    await vi.waitFor(() => expect(list).toEqual([{ cluster: 'a' }]), 60_000);
  });
});

import { createMemoryCheckpoints } from '@winnow/stream';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { bookmark, brief, configMap, LIST, line, listOf, runScripted, WATCH } from './testing/scripted-cluster.ts';

/** Two processes with the same clusters and the same checkpoints, of which one at a time owns the cluster. */
function twoProcesses() {
  let owner = 'one';
  const checkpoints = createMemoryCheckpoints();
  const start = (name: string) => {
    const process = runScripted({
      checkpoints,
      list: () => listOf([configMap('a', 7)], '10'),
      watch: (request) => ({ open: true, chunks: watched(Number(request.query?.resourceVersion)) }),
      owns: () => owner === name,
    });
    onTestFinished(() => process.ingest.stop());
    return process;
  };
  const [one, other] = [start('one'), start('other')] as const;
  return {
    ...{ one, other, checkpoints },
    async giveTo(name: string) {
      owner = name;
      await one.ingest.reassign();
      await other.ingest.reassign();
    },
  };
}

/** Up to version 20 the first watch tells, up to 30 the second. */
const watched = (from: number) =>
  from < 20
    ? [line('ADDED', configMap('b', 15)), bookmark(20)]
    : [line('MODIFIED', configMap('a', 25, { x: '1' })), bookmark(30)];

describe('given two processes that share a cluster', () => {
  test('when one owns it, then the other asks for nothing', async () => {
    const { one, other } = twoProcesses();
    await vi.waitFor(() => expect(one.items.map(brief)).toContain('+b@15'), 60_000);
    expect(other.asked).toEqual([]);
    expect(other.ingest.status()).toEqual([]);
  });

  test('when the other takes it over, then it goes on where the first one stood, and the first one leaves', async () => {
    const { one, other, checkpoints, giveTo } = twoProcesses();
    await vi.waitFor(() => expect(one.items.map(brief)).toContain('+b@15'), 60_000);
    await giveTo('other');
    expect(await checkpoints.load('ingest-cluster/default/prod/configmaps')).toMatchObject({ resourceVersion: '20' });
    await vi.waitFor(() => expect(other.items.map(brief)).toContain('~a@25'), 60_000);
    expect(other.asked.map(({ is, version }) => [is, version])).toEqual([[WATCH, '20']]);
    expect(one.ingest.status()).toEqual([]);
    expect(one.asked.filter(({ is }) => is === LIST)).toHaveLength(1);
  });

  test('when it comes back, then it is watched once, from where the other one stood', async () => {
    const { one, other, giveTo } = twoProcesses();
    await vi.waitFor(() => expect(one.items.map(brief)).toContain('+b@15'), 60_000);
    await giveTo('other');
    await vi.waitFor(() => expect(other.items.map(brief)).toContain('~a@25'), 60_000);
    await giveTo('one');
    await vi.waitFor(() => expect(one.asked.filter(({ is }) => is === WATCH)).toHaveLength(2), 60_000);
    expect(one.asked.at(-1)?.version).toBe('30');
    expect(one.ingest.status()).toHaveLength(2);
  });
});

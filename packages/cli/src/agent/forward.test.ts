import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Envelope, partitionOf } from '@winnow/contracts';
import { LogUnavailable, type NewRecord } from '@winnow/stream';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Buffer, openBuffer } from './buffer.ts';
import { type Forward, startForward } from './forward.ts';
import { openForwardPlace } from './forward-place.ts';

const PARTITIONS = 3;
const patience = 60_000;

function freshDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'winnow-forward-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

const envelopeOf = (name: string, cluster = 'edge'): Envelope => ({
  ...{ schema: 1, tenant: 'default', cluster, source: 'heartbeat', instance: name, at: '2026-03-08T15:00:00.000Z' },
  items: [],
});

/** Kafka, as far as it takes records; `fails` is asked before and after it has taken them. */
function createKafka(fails: (when: 'before' | 'after', append: number) => boolean = () => false) {
  const taken: NewRecord[] = [];
  let appends = 0;
  return {
    taken,
    names: () => taken.map(({ value }) => (value as Envelope).instance),
    async append(records: readonly NewRecord[]): Promise<readonly number[]> {
      const append = appends++;
      if (fails('before', append)) throw new LogUnavailable('no broker');
      taken.push(...records);
      if (fails('after', append)) throw new LogUnavailable('the answer is lost');
      return records.map((_, at) => at);
    },
  };
}
type FakeKafka = ReturnType<typeof createKafka>;

/** As a reader counts them: the highest seq of each producer and partition. */
function counted(taken: readonly NewRecord[]): string[] {
  const highest = new Map<string, number>();
  return taken.flatMap(({ partition, headers, value }) => {
    const key = `${headers.producer}|${partition}`;
    if (Number(headers.seq) <= (highest.get(key) ?? 0)) return [];
    highest.set(key, Number(headers.seq));
    return [(value as Envelope).instance];
  });
}

async function open(data: string, kafka: FakeKafka, limit = 2 ** 30): Promise<{ buffer: Buffer; forward: Forward }> {
  const buffer = openBuffer({ data, limit });
  const place = await openForwardPlace(buffer.sqlite.store);
  const forward = startForward({
    ...{ buffer, place, log: kafka, producer: `agent/edge/${place.id}` },
    partitions: async () => PARTITIONS,
    onTrouble: () => undefined,
    firstPause: 1,
  });
  return { buffer, forward };
}

const close = async ({ buffer, forward }: { buffer: Buffer; forward: Forward }) => {
  await forward.close();
  await buffer.close();
};

describe('given a buffer that is forwarded', () => {
  test('when records come, then each goes into the partition of its cluster, as it was, with its place in the order', async () => {
    const kafka = createKafka();
    const { buffer, forward } = await open(freshDirectory(), kafka);
    const envelopes = ['a', 'b', 'c'].map((name, at) => envelopeOf(name, `cluster-${at}`));
    await buffer.append(envelopes);
    await vi.waitFor(() => expect(forward.offset).toBe(3), patience);
    expect(kafka.taken.map(({ value }) => value)).toEqual(envelopes);
    expect(kafka.taken.map(({ partition }) => partition)).toEqual(
      envelopes.map(({ tenant, cluster }) => partitionOf(tenant, cluster, PARTITIONS)),
    );
    expect(kafka.taken.map(({ headers }) => headers.seq)).toEqual(['1', '2', '3']);
    expect(kafka.taken[0]?.headers).toMatchObject({ ce_type: 'observation', ce_source: 'heartbeat' });
    await close({ buffer, forward });
  });

  test('when Kafka fails before and after it has taken them, then each is counted once, in order', async () => {
    const kafka = createKafka((when, append) => (when === 'before' ? append % 3 === 0 : append % 3 === 1));
    const { buffer, forward } = await open(freshDirectory(), kafka);
    const names = Array.from({ length: 30 }, (_, at) => `n${at}`);
    for (const name of names) await buffer.append([envelopeOf(name)]);
    await vi.waitFor(() => expect(forward.offset).toBe(30), patience);
    expect(forward.failures).toBeGreaterThan(0);
    expect(forward.trouble).toBeUndefined();
    expect(counted(kafka.taken)).toEqual(names);
    await close({ buffer, forward });
  });

  test('when it ends between the acknowledgement and the saved place, then what is sent twice is the same', async () => {
    const data = freshDirectory();
    const lost = createKafka((when) => when === 'after');
    const first = await open(data, lost);
    await first.buffer.append([envelopeOf('a'), envelopeOf('b')]);
    await vi.waitFor(() => expect(lost.taken.length).toBeGreaterThan(0), patience);
    await close(first);
    const kafka = createKafka();
    const second = await open(data, kafka);
    await second.buffer.append([envelopeOf('c')]);
    await vi.waitFor(() => expect(second.forward.offset).toBe(3), patience);
    expect(counted([...lost.taken, ...kafka.taken])).toEqual(['a', 'b', 'c']);
    await close(second);
  });

  test('when it has been forwarded, then it is removed, and offsets go on after the next start', async () => {
    const data = freshDirectory();
    const kafka = createKafka();
    const first = await open(data, kafka);
    await first.buffer.append([envelopeOf('a'), envelopeOf('b')]);
    await vi.waitFor(() => expect(first.forward.offset).toBe(2), patience);
    await first.buffer.tidy();
    await close(first);
    const second = await open(data, kafka);
    await second.buffer.append([envelopeOf('c')]);
    await vi.waitFor(() => expect(second.forward.offset).toBe(3), patience);
    expect(counted(kafka.taken)).toEqual(['a', 'b', 'c']);
    expect(new Set(kafka.taken.map(({ headers }) => headers.producer)).size).toBe(1);
    await close(second);
  });

  test('when a buffer is begun anew, then it has another name: what it sends is not taken for what others have seen', async () => {
    const kafka = createKafka();
    for (const name of ['a', 'b']) {
      const agent = await open(freshDirectory(), kafka);
      await agent.buffer.append([envelopeOf(name)]);
      await vi.waitFor(() => expect(kafka.names()).toContain(name), patience);
      await close(agent);
    }
    expect(counted(kafka.taken)).toEqual(['a', 'b']);
  });

  test('when what waits is more than it may hold, then it takes nothing until there is room, and drops nothing', async () => {
    let isAway = true;
    const kafka = createKafka((when) => when === 'before' && isAway);
    const { buffer, forward } = await open(freshDirectory(), kafka, 300_000);
    const large = { ...envelopeOf('large'), sender: 'x'.repeat(100_000) };
    let taken = 0;
    const append = () => buffer.append([large]).then(() => taken++);
    await expect(
      (async () => {
        for (;;) await append();
      })(),
    ).rejects.toThrow('WINNOW_AGENT_BUFFER_MIB');
    expect(buffer.ready()).toContain('full');
    isAway = false;
    await vi.waitFor(() => expect(forward.offset).toBe(taken), patience);
    await buffer.tidy();
    await append();
    expect(buffer.ready()).toBeUndefined();
    await vi.waitFor(() => expect(kafka.taken).toHaveLength(taken), patience);
    await close({ buffer, forward });
  });
});

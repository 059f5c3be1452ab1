import { type Envelope, topics } from '@winnow/contracts';
import type { PartitionInfo, TimedRecord } from '@winnow/kafka';
import type { Committed } from '@winnow/redis';
import type { LedgerCell } from '@winnow/stream';
import { describe, expect, it } from 'vitest';
import { readScaledLedger } from './scaled-ledger.ts';

const topic = topics.observations.name;
const cell = (count: number): LedgerCell => ({ source: 'alertmanager.alerts', outcome: 'signal', reason: '', count });
const committedAt = (offset: number, count: number): Committed => ({
  offsets: { [topic]: offset },
  seq: 1,
  version: 1,
  ledger: [cell(count)],
});
const arrival = (source: Envelope['source'], items: number) => ({ source, items: new Array(items).fill({}) });

/** Partitions with these values in them, from an offset on. */
function givenLog(...partitions: { first: number; values: unknown[] }[]) {
  const infos = partitions.map(
    ({ first, values }, partition): PartitionInfo => ({ topic, partition, first, next: first + values.length }),
  );
  return {
    partitions: async () => infos,
    async *read({ partition }: Pick<PartitionInfo, 'partition'>, from: number, to: number) {
      const { first, values } = partitions[partition] as { first: number; values: unknown[] };
      for (let offset = from; offset < to; offset++)
        yield { topic, partition, offset, key: '', headers: {}, value: values[offset - first], at: 0 } as TimedRecord;
    },
  };
}

describe('the ledger on Kafka and Redis', () => {
  it('given partitions that have come to different places, then cells add up and what lies behind each offset is pending', async () => {
    const values = [arrival('alertmanager.alerts', 5), arrival('audit.event', 2), arrival('heartbeat', 0), null];
    const reader = givenLog({ first: 10, values }, { first: 0, values: [arrival('alertmanager.alerts', 3)] });
    const committed = [committedAt(11, 7), committedAt(1, 4)];
    const reading = await readScaledLedger({ reader, readCommitted: async (_, partition) => committed[partition] });
    expect(reading).toEqual({ cells: [cell(11)], pending: { 'audit.event': 2 }, overtaken: 0 });
  });

  it('given a partition that nobody has claimed yet, then all that is left of it is pending', async () => {
    const reader = givenLog({
      first: 3,
      values: [arrival('alertmanager.alerts', 5), arrival('alertmanager.alerts', 1)],
    });
    const reading = await readScaledLedger({ reader, readCommitted: async () => undefined });
    expect(reading).toEqual({ cells: [], pending: { 'alertmanager.alerts': 6 }, overtaken: 0 });
  });

  it('given records that went before they were read, then they are counted; given a log that ends too early, then it is refused', async () => {
    const reader = givenLog({ first: 8, values: [arrival('alertmanager.alerts', 5)] });
    const at = (offset: number) => readScaledLedger({ reader, readCommitted: async () => committedAt(offset, 1) });
    expect(await at(5)).toEqual({ cells: [cell(1)], pending: { 'alertmanager.alerts': 5 }, overtaken: 3 });
    await expect(at(10)).rejects.toThrow('winnow.observations/0 ends at 9, and signals has read up to 10');
  });
});

// What every EventLog does, whatever it is made of.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventLog, LocalLog } from '../ports.ts';
import type { LogRecord } from '../records.ts';
import { namesOf, sampleRecord, until } from './record-samples.ts';

export interface LogUnderTest {
  readonly log: EventLog | LocalLog;
  /** Closes the log and opens it again on the same data; absent where a log does not outlive its process. */
  reopen?(): Promise<EventLog | LocalLog>;
  close?(): Promise<void>;
}

/** Runs the contract on fresh, empty logs. */
export function describeEventLog(name: string, make: () => Promise<LogUnderTest>): void {
  describe(`${name} as an event log`, () => {
    let made: LogUnderTest;
    let log: EventLog | LocalLog;
    beforeEach(async () => {
      made = await make();
      log = made.log;
    });
    afterEach(async () => {
      await made.close?.();
    });

    /** Subscribes and gathers what comes. */
    function collect(from = 0, options: { maxBatch?: number; partition?: number } = {}) {
      const batches: (readonly LogRecord[])[] = [];
      const wanted = { topic: 'winnow.signals', partition: 0, from, ...options } as const;
      const subscription = log.subscribe(wanted, async (batch) => void batches.push(batch));
      return { batches, records: () => batches.flat(), subscription };
    }

    it('given nothing, when records are appended, then their offsets grow in their order', async () => {
      const first = await log.append([sampleRecord('a'), sampleRecord('b')]);
      const second = await log.append([sampleRecord('c')]);
      const offsets = [...first, ...second];
      expect(offsets).toHaveLength(3);
      expect(offsets).toEqual([...offsets].sort((one, other) => one - other));
      expect(new Set(offsets).size).toBe(3);
    });

    it('given records, when one subscribes from the beginning, then they come as they were appended', async () => {
      const offsets = await log.append([sampleRecord('a'), sampleRecord('b')]);
      const { records, subscription } = collect();
      await until(() => records().length === 2, 'two records');
      expect(records()).toEqual([
        { ...sampleRecord('a'), offset: offsets[0] },
        { ...sampleRecord('b'), offset: offsets[1] },
      ]);
      await subscription.close();
    });

    it('given records, when its end is asked for, then it is where the next one will be; of a partition that holds none it is 0', async () => {
      expect(await log.end('winnow.signals', 0)).toBe(0);
      const offsets = await log.append([sampleRecord('a'), sampleRecord('b')]);
      expect(await log.end('winnow.signals', 0)).toBe((offsets.at(-1) ?? 0) + 1);
      expect(await log.end('winnow.signals', 1)).toBe(0);
    });

    it('given a tombstone, when it is delivered, then its value is null', async () => {
      await log.append([{ ...sampleRecord('a'), value: null }]);
      const { records, subscription } = collect();
      await until(() => records().length === 1, 'the tombstone');
      expect(records()[0]?.value).toBeNull();
      await subscription.close();
    });

    it('given records, when one subscribes from an offset, then those before it do not come', async () => {
      const offsets = await log.append(['a', 'b', 'c'].map((key) => sampleRecord(key)));
      const { records, subscription } = collect(offsets[1]);
      await until(() => records().length === 2, 'two records');
      expect(namesOf(records())).toEqual(['b', 'c']);
      await subscription.close();
    });

    it('given a subscription at the end, when more is appended, then it comes too', async () => {
      const { records, subscription } = collect();
      await log.append([sampleRecord('a')]);
      await until(() => records().length === 1, 'the first record');
      await log.append([sampleRecord('b')]);
      await until(() => records().length === 2, 'the second record');
      expect(namesOf(records())).toEqual(['a', 'b']);
      await subscription.close();
    });

    it('given several topics and partitions, when one subscribes to one, then nothing of the others comes', async () => {
      await log.append([
        sampleRecord('other topic', 'winnow.incidents'),
        sampleRecord('other partition', 'winnow.signals', 1),
        sampleRecord('wanted'),
      ]);
      const here = collect();
      const there = collect(0, { partition: 1 });
      await until(() => here.records().length === 1 && there.records().length === 1, 'one record each');
      expect(namesOf(here.records())).toEqual(['wanted']);
      expect(namesOf(there.records())).toEqual(['other partition']);
      await Promise.all([here.subscription.close(), there.subscription.close()]);
    });

    it('given many records, when a batch size is asked for, then no batch is larger and the order holds', async () => {
      const keys = Array.from({ length: 25 }, (_, at) => `r${String(at).padStart(2, '0')}`);
      await log.append(keys.map((key) => sampleRecord(key)));
      const { batches, records, subscription } = collect(0, { maxBatch: 10 });
      await until(() => records().length === 25, 'all records');
      expect(Math.max(...batches.map((batch) => batch.length))).toBeLessThanOrEqual(10);
      expect(namesOf(records())).toEqual(keys);
      await subscription.close();
    });

    it('given a handler at work, when more is appended, then the next batch waits for it', async () => {
      const gate = Promise.withResolvers<void>();
      let atOnce = 0;
      let most = 0;
      let seen = 0;
      const wanted = { topic: 'winnow.signals', partition: 0, from: 0, maxBatch: 1 } as const;
      const subscription = log.subscribe(wanted, async () => {
        atOnce += 1;
        most = Math.max(most, atOnce);
        seen += 1;
        await gate.promise;
        atOnce -= 1;
      });
      await log.append([sampleRecord('a'), sampleRecord('b')]);
      await until(() => seen === 1, 'the first batch');
      await log.append([sampleRecord('c')]);
      gate.resolve();
      await until(() => seen === 3, 'all batches');
      expect(most).toBe(1);
      await subscription.close();
    });

    it('given two subscriptions, when records are appended, then each gets all of them', async () => {
      const one = collect();
      const other = collect();
      await log.append([sampleRecord('a'), sampleRecord('b')]);
      await until(() => one.records().length === 2 && other.records().length === 2, 'both');
      expect(namesOf(one.records())).toEqual(namesOf(other.records()));
      await Promise.all([one.subscription.close(), other.subscription.close()]);
    });

    it('given a handler that rejects, when a batch comes, then the subscription ends with its error', async () => {
      const wanted = { topic: 'winnow.signals', partition: 0, from: 0 } as const;
      const subscription = log.subscribe(wanted, () => Promise.reject(new Error('refused by the handler')));
      const ended = expect(subscription.done).rejects.toThrow('refused by the handler');
      await log.append([sampleRecord('a')]);
      await ended;
    });

    it('given a closed subscription, when more is appended, then nothing comes and done has resolved', async () => {
      const { records, subscription } = collect();
      await subscription.close();
      await subscription.done;
      await log.append([sampleRecord('a')]);
      const later = collect();
      await until(() => later.records().length === 1, 'the record elsewhere');
      expect(records()).toEqual([]);
      await later.subscription.close();
    });

    it('given a handler at work, when the subscription is closed, then close waits for it', async () => {
      const gate = Promise.withResolvers<void>();
      let finished = false;
      let begun = false;
      const subscription = log.subscribe({ topic: 'winnow.signals', partition: 0, from: 0 }, async () => {
        begun = true;
        await gate.promise;
        finished = true;
      });
      await log.append([sampleRecord('a')]);
      await until(() => begun, 'the batch');
      const closed = subscription.close();
      gate.resolve();
      await closed;
      expect(finished).toBe(true);
    });

    it('given an appended value, when its owner changes it afterwards, then readers see it as it was', async () => {
      const value = { list: [1] };
      await log.append([{ ...sampleRecord('a'), value }]);
      value.list.push(2);
      const { records, subscription } = collect();
      await until(() => records().length === 1, 'the record');
      expect(records()[0]?.value).toEqual({ list: [1] });
      await subscription.close();
    });

    it('given records in work, when the log is local, then idle waits until all of them are handled', async () => {
      if (!('idle' in log)) return;
      let handled = 0;
      const local = log;
      const wanted = { topic: 'winnow.signals', partition: 0, from: 0, maxBatch: 1 } as const;
      const subscription = log.subscribe(wanted, async (batch) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        handled += 1;
        // What a handler appends has to be handled as well.
        if (batch[0]?.key === 'a') await local.append([sampleRecord('from the handler')]);
      });
      await local.append([sampleRecord('a'), sampleRecord('b')]);
      await local.idle();
      expect(handled).toBe(3);
      await subscription.close();
      await local.idle();
    });

    it('given a log that was closed, when it is opened again, then its records are there and offsets go on', async () => {
      if (!made.reopen) return;
      const before = await log.append([sampleRecord('a')]);
      log = await made.reopen();
      const after = await log.append([sampleRecord('b')]);
      expect(after[0]).toBeGreaterThan(before[0] as number);
      const { records, subscription } = collect();
      await until(() => records().length === 2, 'both records');
      expect(namesOf(records())).toEqual(['a', 'b']);
      await subscription.close();
    });
  });
}

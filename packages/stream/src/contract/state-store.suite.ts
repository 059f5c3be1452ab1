// What every StateStore does, whatever it is made of.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BUCKETS } from '../buckets.ts';
import { Fenced } from '../errors.ts';
import type { LedgerCell } from '../ledger.ts';
import type { Claim, EventLog, StateStore } from '../ports.ts';
import type { LogRecord } from '../records.ts';
import { bytes, gather, namesOf, outgoingRecord, sampleCommit, until } from './record-samples.ts';

export interface StoreUnderTest {
  readonly store: StateStore;
  /** The log that it publishes to; needed where `store.publishes`. */
  readonly log?: EventLog;
  /** Closes the store and opens it again on the same data; absent where that is not to be tested. */
  reopen?(): Promise<StateStore>;
  close?(): Promise<void>;
}

/** Runs the contract on fresh, empty stores. */
export function describeStateStore(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`${name} as a state store`, () => {
    let made: StoreUnderTest;
    let store: StateStore;
    let claim: Claim;
    beforeEach(async () => {
      made = await make();
      store = made.store;
      claim = await store.claim('sample', 0);
    });
    afterEach(async () => {
      await made.close?.();
    });

    const blobs = async (by: Claim = claim) => gather((await store.load(by)).changes);
    const cell = (count: number, reason: LedgerCell['reason'] = ''): LedgerCell => ({
      source: 'kubernetes.event',
      outcome: 'signal',
      reason,
      count,
    });

    it('given nothing committed, when it is loaded, then it stands at the beginning', async () => {
      const loaded = await store.load(claim);
      expect(loaded).toMatchObject({ offsets: {}, seq: 0, version: 0, ledger: [] });
      expect(loaded.attempts).toBeUndefined();
      expect(await gather(loaded.changes)).toEqual([]);
      expect(await store.unsettled(claim)).toEqual([]);
    });

    it('given a commit, when it is loaded, then all that it held is there', async () => {
      const attempts = { topic: 'winnow.signals', offset: 7, count: 2 } as const;
      const parts = { version: 3, seq: 9, delta: bytes(1, 0, 255), ledger: [cell(4)], attempts };
      expect(await store.commit(claim, sampleCommit(0, 7, parts))).toBe('committed');
      const loaded = await store.load(claim);
      expect(loaded).toMatchObject({
        offsets: { 'winnow.signals': 7 },
        seq: 9,
        version: 3,
        ledger: [cell(4)],
        attempts,
      });
      expect(await gather(loaded.changes)).toEqual([bytes(1, 0, 255)]);
    });

    it('given state of a newer version, when an older owner claims it, then it is refused and whoever holds it goes on', async () => {
      expect(await store.commit(claim, sampleCommit(0, 1, { version: 3 }))).toBe('committed');
      const { stage, partition } = claim;
      await expect(store.claim(stage, partition, 2)).rejects.toThrow(/partition .*version 3.* up to 2/);
      expect(await store.commit(claim, sampleCommit(1, 2, { version: 3 }))).toBe('committed');
      const next = await store.claim(stage, partition, 3);
      expect((await store.load(next)).version).toBe(3);
      expect(await store.commit(claim, sampleCommit(2, 3, { version: 3 }))).toBe('fenced');
    });

    it('given several inputs, when one moves, then the offsets of the others stay', async () => {
      const first = { 'winnow.signals': 2 };
      const second = { 'winnow.signals': 2, 'winnow.lookups': 5 };
      expect(await store.commit(claim, { ...sampleCommit(0, 2), to: first })).toBe('committed');
      expect(await store.commit(claim, { ...sampleCommit(2, 2), from: first, to: second })).toBe('committed');
      expect((await store.load(claim)).offsets).toEqual(second);
    });

    it('given deltas, when they are loaded, then they come in the order of the commits and empty ones do not', async () => {
      await store.commit(claim, sampleCommit(0, 1, { delta: bytes(1) }));
      await store.commit(claim, sampleCommit(1, 2));
      await store.commit(claim, sampleCommit(2, 3, { delta: bytes(3) }));
      expect(await blobs()).toEqual([bytes(1), bytes(3)]);
    });

    it('given a snapshot of one bucket, when it is loaded, then it comes after the delta of its own commit', async () => {
      const snapshots = [{ bucket: 5, of: BUCKETS, content: bytes(50) }];
      await store.commit(claim, sampleCommit(0, 1, { delta: bytes(1) }));
      await store.commit(claim, sampleCommit(1, 2, { delta: bytes(2), snapshots }));
      await store.commit(claim, sampleCommit(2, 3, { delta: bytes(3) }));
      const loaded = await blobs();
      expect(loaded.indexOf(loaded.find((blob) => blob[0] === 50) as Uint8Array)).toBeGreaterThan(
        loaded.indexOf(loaded.find((blob) => blob[0] === 2) as Uint8Array),
      );
      expect(loaded.at(-1)).toEqual(bytes(3));
      expect(loaded).toHaveLength(4);
    });

    it('given a bucket written again, when it is loaded, then only its latest snapshot comes', async () => {
      const snapshot = (content: number) => [{ bucket: 5, of: BUCKETS, content: bytes(content) }];
      await store.commit(claim, sampleCommit(0, 1, { snapshots: snapshot(1) }));
      await store.commit(claim, sampleCommit(1, 2, { snapshots: snapshot(2) }));
      expect(await blobs()).toEqual([bytes(2)]);
    });

    it('given every bucket written since a delta, when it is loaded, then that delta is gone', async () => {
      const all = Array.from({ length: BUCKETS }, (_, bucket) => ({
        bucket,
        of: BUCKETS,
        content: bytes(100 + bucket),
      }));
      await store.commit(claim, sampleCommit(0, 1, { delta: bytes(1), snapshots: all.slice(0, 40) }));
      await store.commit(claim, sampleCommit(1, 2, { delta: bytes(2), snapshots: all.slice(40) }));
      await store.commit(claim, sampleCommit(2, 3, { delta: bytes(3) }));
      const loaded = (await blobs()).map((blob) => blob[0]);
      expect(loaded).not.toContain(1);
      expect(loaded.at(-1)).toBe(3);
      expect(loaded).toEqual(expect.arrayContaining(all.map((snapshot) => snapshot.content[0])));
    });

    it('given a bucket written anew at each commit, when it is loaded, then no delta comes after what is newer', async () => {
      // Each blob holds the number of its commit, so their order can be read.
      for (let at = 1; at <= 200; at++) {
        const snapshots = [{ bucket: at % BUCKETS, of: BUCKETS, content: bytes(at) }];
        await store.commit(claim, sampleCommit(at - 1, at, { delta: bytes(at), snapshots }));
      }
      const loaded = (await blobs()).map((blob) => blob[0] as number);
      expect(loaded).toEqual([...loaded].sort((one, other) => one - other));
      expect(loaded.length).toBeLessThan(3 * BUCKETS);
      expect(loaded.filter((commit) => commit > 200 - BUCKETS).length).toBeGreaterThanOrEqual(2 * BUCKETS - 1);
    });

    it('given ledger cells, when some change, then the new totals replace them and the others stay', async () => {
      await store.commit(claim, sampleCommit(0, 1, { ledger: [cell(1), cell(5, 'silence')] }));
      await store.commit(claim, sampleCommit(1, 2, { ledger: [cell(3)] }));
      const { ledger } = await store.load(claim);
      expect(ledger).toHaveLength(2);
      expect(ledger).toEqual(expect.arrayContaining([cell(3), cell(5, 'silence')]));
    });

    it('given attempts, when a commit has none, then they are cleared', async () => {
      const attempts = { topic: 'winnow.signals', offset: 0, count: 1 } as const;
      await store.commit(claim, sampleCommit(0, 0, { attempts }));
      expect((await store.load(claim)).attempts).toEqual(attempts);
      await store.commit(claim, sampleCommit(0, 1));
      expect((await store.load(claim)).attempts).toBeUndefined();
    });

    it('given another claim, when the former owner commits or loads, then it is fenced and nothing is written', async () => {
      const latest = await store.claim('sample', 0);
      expect(await store.commit(claim, sampleCommit(0, 1, { delta: bytes(1) }))).toBe('fenced');
      await expect(store.load(claim)).rejects.toBeInstanceOf(Fenced);
      expect((await store.load(latest)).offsets).toEqual({});
      expect(await blobs(latest)).toEqual([]);
      expect(await store.commit(latest, sampleCommit(0, 1))).toBe('committed');
    });

    it('given a commit from elsewhere than the store stands, when it comes, then it is fenced and nothing is written', async () => {
      await store.commit(claim, sampleCommit(0, 5));
      const late = { delta: bytes(1), ledger: [cell(1)], seq: 1, outgoing: [outgoingRecord(1)] };
      expect(await store.commit(claim, sampleCommit(4, 6, late))).toBe('fenced');
      const loaded = await store.load(claim);
      expect(loaded).toMatchObject({ offsets: { 'winnow.signals': 5 }, seq: 0, ledger: [] });
      expect(await gather(loaded.changes)).toEqual([]);
      expect(await store.unsettled(claim)).toEqual([]);
    });

    it('given a claim, when other partitions and stages are claimed and written, then it is not touched', async () => {
      const other = await store.claim('sample', 1);
      const another = await store.claim('other', 0);
      await store.commit(other, sampleCommit(0, 3, { delta: bytes(3) }));
      await store.commit(another, sampleCommit(0, 4, { delta: bytes(4) }));
      expect((await store.load(claim)).offsets).toEqual({});
      expect(await store.commit(claim, sampleCommit(0, 1))).toBe('committed');
      expect((await store.load(other)).offsets).toEqual({ 'winnow.signals': 3 });
      expect(await blobs(another)).toEqual([bytes(4)]);
    });

    it('given outgoing records, when they are settled bit by bit, then the rest stays unsettled, in order', async () => {
      if (store.publishes) return;
      const outgoing = [1, 2, 3].map(outgoingRecord);
      await store.commit(claim, sampleCommit(0, 1, { seq: 3, outgoing }));
      await store.commit(claim, sampleCommit(1, 2, { seq: 4, outgoing: [outgoingRecord(4)] }));
      expect(await store.unsettled(claim)).toEqual([1, 2, 3, 4].map(outgoingRecord));
      await store.settle(claim, 2);
      expect(namesOf(await store.unsettled(claim))).toEqual(['out-3', 'out-4']);
      await store.settle(claim, 4);
      expect(await store.unsettled(claim)).toEqual([]);
    });

    it('given unsettled records, when another owner claims the partition, then it finds them', async () => {
      if (store.publishes) return;
      await store.commit(claim, sampleCommit(0, 1, { seq: 1, outgoing: [outgoingRecord(1)] }));
      expect(namesOf(await store.unsettled(await store.claim('sample', 0)))).toEqual(['out-1']);
    });

    it('given a store that publishes, when it commits, then the records are in the log and nothing is unsettled', async () => {
      if (!store.publishes) return;
      await store.commit(claim, sampleCommit(0, 1, { seq: 2, outgoing: [outgoingRecord(1), outgoingRecord(2)] }));
      expect(await store.unsettled(claim)).toEqual([]);
      const seen: LogRecord[] = [];
      const wanted = { topic: 'winnow.incidents', partition: 0, from: 0 } as const;
      const subscription = (made.log as EventLog).subscribe(wanted, async (batch) => void seen.push(...batch));
      await until(() => seen.length === 2, 'both records');
      expect(seen.map(({ offset: _, ...record }) => record)).toEqual([outgoingRecord(1), outgoingRecord(2)]);
      await store.commit(await store.claim('sample', 0), sampleCommit(1, 2, { seq: 3, outgoing: [outgoingRecord(3)] }));
      await until(() => seen.length === 3, 'the third record');
      await subscription.close();
    });

    it('given a store that publishes, when a commit is fenced, then nothing is in the log', async () => {
      if (!store.publishes) return;
      const latest = await store.claim('sample', 0);
      await store.commit(claim, sampleCommit(0, 1, { seq: 1, outgoing: [outgoingRecord(1)] }));
      await store.commit(latest, sampleCommit(0, 1, { seq: 2, outgoing: [outgoingRecord(2)] }));
      const seen: LogRecord[] = [];
      const wanted = { topic: 'winnow.incidents', partition: 0, from: 0 } as const;
      const subscription = (made.log as EventLog).subscribe(wanted, async (batch) => void seen.push(...batch));
      await until(() => seen.length > 0, 'a record');
      expect(namesOf(seen)).toEqual(['out-2']);
      await subscription.close();
    });

    it('given a commit, when its owner changes the bytes afterwards, then the store has them as they were', async () => {
      const delta = bytes(1, 2, 3);
      await store.commit(claim, sampleCommit(0, 1, { delta }));
      delta.fill(9);
      expect(await blobs()).toEqual([bytes(1, 2, 3)]);
    });

    it('given a large delta, when it is loaded, then it is whole', async () => {
      const delta = new Uint8Array(3 * 1024 * 1024).map((_, at) => at % 251);
      await store.commit(claim, sampleCommit(0, 1, { delta }));
      const [loaded] = await blobs();
      expect(loaded?.byteLength).toBe(delta.byteLength);
      expect(Buffer.compare(loaded as Uint8Array, delta)).toBe(0);
    });

    it('given a store that was closed, when it is opened again, then what was committed is there', async () => {
      if (!made.reopen) return;
      const snapshots = [{ bucket: 0, of: BUCKETS, content: bytes(8) }];
      const parts = {
        version: 2,
        seq: 1,
        delta: bytes(1),
        snapshots,
        ledger: [cell(1)],
        outgoing: [outgoingRecord(1)],
      };
      await store.commit(claim, sampleCommit(0, 1, parts));
      store = await made.reopen();
      claim = await store.claim('sample', 0);
      const loaded = await store.load(claim);
      expect(loaded).toMatchObject({ offsets: { 'winnow.signals': 1 }, seq: 1, version: 2, ledger: [cell(1)] });
      expect(await gather(loaded.changes)).toEqual([bytes(1), bytes(8)]);
      if (!store.publishes) expect(namesOf(await store.unsettled(claim))).toEqual(['out-1']);
    });
  });
}

import { openSqlite } from '@winnow/sqlite';
import { Fenced } from '@winnow/stream';
import { expect, onTestFinished, test } from 'vitest';
import { dataDir } from './sqlite-fixtures/data-dir.ts';
import { bytes, changesOf, commit, readAll, record, texts } from './sqlite-fixtures/samples.ts';

const topic = 'winnow.observations';

function opened(dir = dataDir()) {
  const sqlite = openSqlite(dir);
  onTestFinished(() => sqlite.close());
  return sqlite;
}

test('given nothing, when a partition is claimed and loaded, then it stands at the beginning', async () => {
  const { store } = opened();
  const claim = await store.claim('signals', 0);
  const { changes, ...loaded } = await store.load(claim);
  expect(loaded).toEqual({ offsets: {}, seq: 0, version: 0, ledger: [] });
  expect(await texts(changes)).toEqual([]);
  expect(await store.unsettled(claim)).toEqual([]);
});

test('given a commit, when the file is opened again, then all that it held is there, its outgoing records in the log', async () => {
  const dir = dataDir();
  const before = openSqlite(dir);
  const claim = await before.store.claim('signals', 2);
  const cell = { source: 'alertmanager.alerts', outcome: 'signal', reason: '', count: 3 } as const;
  const attempts = { topic, offset: 5, count: 1 } as const;
  const outgoing = [record('out', { topic: 'winnow.signals', partition: 2 })];
  const written = commit({
    to: { [topic]: 5 },
    version: 4,
    seq: 1,
    delta: bytes('d'),
    ledger: [cell],
    outgoing,
    attempts,
  });
  expect(await before.store.commit(claim, written)).toBe('committed');
  expect(await before.store.unsettled(claim)).toEqual([]);
  await before.close();

  const { store, log } = opened(dir);
  const { changes, ...loaded } = await store.load(await store.claim('signals', 2));
  expect(loaded).toEqual({ offsets: { [topic]: 5 }, seq: 1, version: 4, ledger: [cell], attempts });
  expect(await texts(changes)).toHaveLength(1);
  expect((await readAll(log, 'winnow.signals', 2)).map((each) => each.value)).toEqual(['out']);
});

test('given a later claim, when the earlier owner commits, then it is fenced and leaves nothing behind', async () => {
  const { store, log } = opened();
  const early = await store.claim('signals', 0);
  const late = await store.claim('signals', 0);
  const cell = { source: 'alertmanager.alerts', outcome: 'signal', reason: '', count: 1 } as const;
  const outgoing = [record('out', { topic: 'winnow.signals' })];
  const attempt = commit({ to: { [topic]: 1 }, seq: 1, delta: bytes('d'), ledger: [cell], outgoing });

  expect(await store.commit(early, attempt)).toBe('fenced');
  await expect(store.load(early)).rejects.toBeInstanceOf(Fenced);
  expect(await readAll(log, 'winnow.signals')).toEqual([]);
  const { changes, ...loaded } = await store.load(late);
  expect(loaded).toEqual({ offsets: {}, seq: 0, version: 0, ledger: [] });
  expect(await texts(changes)).toEqual([]);
});

test('given a commit that begins elsewhere than the store stands, when it is made, then it is fenced', async () => {
  const { store } = opened();
  const claim = await store.claim('signals', 0);
  await store.commit(claim, commit({ to: { [topic]: 5 } }));
  expect(await store.commit(claim, commit({ from: { [topic]: 4 }, to: { [topic]: 6 } }))).toBe('fenced');
  expect(await store.commit(claim, commit({ from: { [topic]: 5, 'winnow.lookups': 0 }, to: { [topic]: 6 } }))).toBe(
    'committed',
  );
});

test('given attempts that were noted, when a commit has none, then they are cleared', async () => {
  const { store } = opened();
  const claim = await store.claim('rca', 0);
  await store.commit(claim, commit({ attempts: { topic, offset: 0, count: 2 } }));
  expect((await store.load(claim)).attempts?.count).toBe(2);
  await store.commit(claim, commit({}));
  expect((await store.load(claim)).attempts).toBeUndefined();
});

test('given ledger cells, when they are committed again with new totals, then the totals replace the former ones', async () => {
  const { store } = opened();
  const claim = await store.claim('signals', 0);
  const cell = (count: number) => ({ source: 'audit.event', outcome: 'deduplicated', reason: '', count }) as const;
  await store.commit(claim, commit({ ledger: [cell(1)] }));
  await store.commit(claim, commit({ ledger: [cell(7)] }));
  expect((await store.load(claim)).ledger).toEqual([cell(7)]);
});

test('given deltas and snapshots of some buckets, when the state is loaded, then they come in the order of the commits', async () => {
  const { store } = opened();
  const claim = await store.claim('signals', 0);
  const snapshot = (bucket: number, text: string) => ({ bucket, of: 2, content: bytes(text) });
  await store.commit(claim, commit({ delta: bytes('d1') }));
  await store.commit(claim, commit({ delta: bytes('d2'), snapshots: [snapshot(0, 's0 at 2')] }));
  await store.commit(claim, commit({ delta: bytes('d3') }));
  expect(await changesOf(store, 'signals')).toEqual(['d1', 'd2', 's0 at 2', 'd3']);
});

test('given a snapshot of every bucket, when the state is loaded, then deltas that all of them cover are gone', async () => {
  const { store } = opened();
  const claim = await store.claim('signals', 0);
  const snapshot = (bucket: number, text: string) => ({ bucket, of: 2, content: bytes(text) });
  await store.commit(claim, commit({ delta: bytes('d1'), snapshots: [snapshot(0, 's0 at 1')] }));
  await store.commit(claim, commit({ delta: bytes('d2') }));
  await store.commit(claim, commit({ delta: bytes('d3'), snapshots: [snapshot(1, 's1 at 3')] }));
  await store.commit(claim, commit({ delta: bytes('d4') }));
  expect(await changesOf(store, 'signals')).toEqual(['s0 at 1', 'd2', 'd3', 's1 at 3', 'd4']);
  const again = await store.claim('signals', 0);
  await store.commit(again, commit({ delta: bytes('d5'), snapshots: [snapshot(0, 's0 at 5')] }));
  expect(await changesOf(store, 'signals')).toEqual(['s1 at 3', 'd4', 'd5', 's0 at 5']);
});

test('given snapshots of another number of buckets, when the new number covers all, then the former ones are gone', async () => {
  const { store } = opened();
  const claim = await store.claim('signals', 0);
  const snapshot = (bucket: number, of: number) => ({ bucket, of, content: bytes(`${bucket} of ${of}`) });
  await store.commit(claim, commit({ delta: bytes('d1'), snapshots: [snapshot(0, 1)] }));
  await store.commit(claim, commit({ delta: bytes('d2'), snapshots: [snapshot(0, 2)] }));
  expect(await changesOf(store, 'signals')).toEqual(['0 of 1', 'd2', '0 of 2']);
  const again = await store.claim('signals', 0);
  await store.commit(again, commit({ delta: bytes('d3'), snapshots: [snapshot(1, 2)] }));
  expect(await changesOf(store, 'signals')).toEqual(['0 of 2', 'd3', '1 of 2']);
});

test('given two partitions of a stage, when one commits, then the other stands where it stood', async () => {
  const { store } = opened();
  const [one, other] = [await store.claim('signals', 0), await store.claim('signals', 1)];
  await store.commit(one, commit({ to: { [topic]: 9 }, delta: bytes('d') }));
  expect((await store.load(other)).offsets).toEqual({});
  expect(await changesOf(store, 'signals', 1)).toEqual([]);
});

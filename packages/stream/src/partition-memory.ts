// What a stage holds of its partition in memory, as it was committed last: built anew from the store at every load.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { stateNewer } from './errors.ts';
import { type LedgerBook, openLedger } from './ledger.ts';
import type { Attempts, LoadedState } from './ports.ts';
import { shellTables } from './producers.ts';
import type { Offsets } from './records.ts';
import { createSnapshotPolicy, type SnapshotPolicy } from './snapshot-policy.ts';
import type { Stage, Tables } from './stage.ts';
import type { Table } from './table.ts';
import { openTables, type TableSet } from './table-set.ts';

export interface PartitionMemory<State = unknown> {
  readonly tables: TableSet;
  readonly state: State;
  readonly ledger: LedgerBook;
  /** The highest seq of each producer. */
  readonly producers: Table<number>;
  readonly snapshots: SnapshotPolicy;
  offsets: Offsets;
  seq: number;
  attempts: Attempts | undefined;
}

/** How long applying blobs may hold up the event loop, in milliseconds. */
const SLICE = 5;

/**
 * Builds a stage's state from what a store loaded: also for those who only read committed state.
 * @param onBytes told how much has been applied so far.
 * @throws StateNewer, StateDamaged, and what `onBytes` throws
 */
export async function openPartition<State>(
  stage: Stage<State>,
  loaded: LoadedState,
  onBytes: (bytes: number) => void = () => undefined,
): Promise<PartitionMemory<State>> {
  const { name, version: knows } = stage;
  if (loaded.version > knows) throw stateNewer({ stage: name, version: loaded.version, knows });
  const tables = openTables({ ...stage.tables, ...shellTables });
  const snapshots = createSnapshotPolicy(tables as unknown as TableSet);
  let bytes = 0;
  await applyAll(loaded.changes, (blob) => {
    snapshots.noteLoaded(tables.apply(blob), blob.byteLength);
    bytes += blob.byteLength;
    onBytes(bytes);
  });
  migrate(stage, tables.tables as unknown as Tables, loaded.version);
  return {
    tables: tables as unknown as TableSet,
    state: stage.open(tables.tables as unknown as Tables),
    ledger: openLedger(loaded.ledger),
    producers: tables.tables._producers as Table<number>,
    snapshots,
    offsets: loaded.offsets,
    seq: loaded.seq,
    attempts: loaded.attempts,
  };
}

async function applyAll(blobs: AsyncIterable<Uint8Array>, apply: (blob: Uint8Array) => void): Promise<void> {
  let begun = performance.now();
  for await (const blob of blobs) {
    apply(blob);
    if (performance.now() - begun < SLICE) continue;
    await nextTurn();
    begun = performance.now();
  }
}

function migrate(stage: Stage<never> | Stage<unknown>, tables: Tables, from: number): void {
  // Version 0: nothing was ever committed.
  if (from === 0) return;
  for (let version = from; version < stage.version; version++) {
    const step = stage.migrate?.[version];
    if (!step) throw new Error(`${stage.name} has no step from version ${version} of its state to ${version + 1}`);
    step(tables);
  }
}

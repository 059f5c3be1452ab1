// The state store in memory. It is durable in that it outlives the stages that use it, and keeps bytes, never their objects.
import { randomUUID } from 'node:crypto';
import { Fenced, stateNewer } from '../errors.ts';
import { cellKey, type LedgerCell } from '../ledger.ts';
import type { Attempts, Claim, Commit, LoadedState, StateStore } from '../ports.ts';
import type { NewRecord, Offsets } from '../records.ts';
import { createBlobHistory } from './blob-history.ts';
import type { MemoryLog } from './memory-log.ts';

export interface MemoryStoreOptions {
  /** Publishes outgoing records to this log in the commit itself, as a store does that shares the log's file. */
  readonly publishTo?: Pick<MemoryLog, 'appendNow'>;
}

interface Outgoing {
  readonly seq: number;
  readonly text: string;
}

function emptyPartition() {
  return {
    token: '',
    offsets: {} as Offsets,
    seq: 0,
    version: 0,
    ledger: new Map<string, LedgerCell>(),
    attempts: undefined as Attempts | undefined,
    blobs: createBlobHistory(),
    outgoing: [] as Outgoing[],
  };
}

export function createMemoryStore({ publishTo }: MemoryStoreOptions = {}): StateStore {
  const partitions = new Map<string, ReturnType<typeof emptyPartition>>();

  function partitionOf(stage: string, partition: number) {
    const name = `${stage}/${partition}`;
    const held = partitions.get(name) ?? emptyPartition();
    partitions.set(name, held);
    return held;
  }

  /** @throws Fenced where another has claimed the partition since. */
  function heldBy(claim: Claim) {
    const held = partitionOf(claim.stage, claim.partition);
    if (held.token !== claim.token)
      throw new Fenced(`${claim.stage}/${claim.partition} has been claimed by another owner`);
    return held;
  }

  async function claimPartition(stage: string, partition: number, knows = Infinity): Promise<Claim> {
    const token = randomUUID();
    const held = partitionOf(stage, partition);
    if (held.version > knows) throw stateNewer({ stage, partition, version: held.version, knows });
    held.token = token;
    return { stage, partition, token };
  }

  async function load(claim: Claim): Promise<LoadedState> {
    const { offsets, seq, version, ledger, attempts, blobs } = heldBy(claim);
    return {
      offsets: { ...offsets },
      seq,
      version,
      ledger: [...ledger.values()].map((cell) => ({ ...cell })),
      ...(attempts && { attempts: { ...attempts } }),
      changes: inTurn(blobs.inOrder()),
    };
  }

  async function commit(claim: Claim, commit: Commit): Promise<'committed' | 'fenced'> {
    const held = partitionOf(claim.stage, claim.partition);
    if (held.token !== claim.token || !sameOffsets(held.offsets, commit.from)) return 'fenced';
    const outgoing = commit.outgoing.map((record) => ({
      seq: Number(record.headers.seq),
      text: JSON.stringify(record),
    }));
    if (publishTo) publishTo.appendNow(commit.outgoing);
    else held.outgoing.push(...outgoing);
    held.offsets = { ...commit.to };
    held.seq = commit.seq;
    held.version = commit.version;
    held.attempts = commit.attempts && { ...commit.attempts };
    for (const cell of commit.ledger) held.ledger.set(cellKey(cell), { ...cell });
    held.blobs.add(commit.delta, commit.snapshots);
    return 'committed';
  }

  return {
    publishes: publishTo !== undefined,
    claim: claimPartition,
    load,
    commit,
    unsettled: async (claim) => heldBy(claim).outgoing.map(({ text }) => JSON.parse(text) as NewRecord),
    async settle(claim, seq) {
      const held = heldBy(claim);
      held.outgoing = held.outgoing.filter((record) => record.seq > seq);
    },
  };
}

async function* inTurn(blobs: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  for (const blob of blobs) yield blob.slice();
}

function sameOffsets(one: Offsets, other: Offsets): boolean {
  const topics = Object.keys({ ...one, ...other }) as (keyof Offsets)[];
  return topics.every((topic) => (one[topic] ?? 0) === (other[topic] ?? 0));
}

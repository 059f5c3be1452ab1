// The StateStore port on Redis: one hash slot a partition, one script a commit.
//
// An answer that is lost says nothing about what was done. Every commit has an id, which the script keeps: the same commit sent
// again is answered `committed` where it had been, and is made where it had not. A call that fails is therefore simply made again.
import { randomUUID } from 'node:crypto';
import {
  type Claim,
  type Commit,
  Fenced,
  type LoadedState,
  type NewRecord,
  StateNewer,
  type StateStore,
  stateNewer,
} from '@winnow/stream';
import type { Commands, Word } from './commands.ts';
import { commitWords, inCalls, offsetsText } from './commit-words.ts';
import type { Failures } from './failures.ts';
import { keysOf, type PartitionKeys } from './keys.ts';
import { readChanges, readFound } from './loading.ts';

export interface RedisStore {
  readonly commands: Commands;
  /** Which server, for messages. */
  readonly place: string;
  readonly prefix: string;
  readonly failureOf: Failures;
}

/** The form in which state lies in Redis. */
export const FORMAT = 1;
/** What a commit that never came has staged is gone after so many milliseconds. */
const STAGED_FOR = 10 * 60_000;
const STAGED_TRIES = 5;
const UNSETTLED_AT_ONCE = 500;

export function createRedisStore({ commands, place, prefix, failureOf }: RedisStore): StateStore {
  /** How many commits the store has had as far as this owner knows. */
  const known = new WeakMap<Claim, number>();
  /** The id stays with a commit for as often as it is tried. */
  const ids = new WeakMap<Commit, string>();

  const keysFor = ({ stage, partition }: Pick<Claim, 'stage' | 'partition'>) => keysOf(prefix, stage, partition);
  const told = <T>(answer: Promise<T>): Promise<T> => answer.catch((error) => Promise.reject(failureOf(error)));

  async function claimPartition(stage: string, partition: number, knows?: number): Promise<Claim> {
    const claim = { stage, partition, token: randomUUID() };
    const commits = await told(commands.claim(keysFor(claim).meta, claim.token, FORMAT, knows ?? ''));
    if (commits === -1) throw newer(place, claim);
    if (commits < -1)
      throw stateNewer({ stage, partition, version: -1 - commits, knows: knows ?? 0 }, ` in Redis at ${place}`);
    known.set(claim, commits);
    return claim;
  }

  async function load(claim: Claim): Promise<LoadedState> {
    const keys = keysFor(claim);
    const answer = await told(commands.load(keys.meta, keys.ledger, keys.deltas, keys.snapshots, claim.token));
    if (answer === null) throw fenced(claim);
    const { format, commits, names, ...loaded } = readFound(place, claim, answer);
    if (format > FORMAT) throw newer(place, claim);
    if (commits < (known.get(claim) ?? 0)) throw wentBack(place, claim);
    known.set(claim, commits);
    const read: Commands['read'] = (...words) => told(commands.read(...words));
    return { ...loaded, changes: readChanges({ keys, claim, names, place, read, fenced: () => fenced(claim) }) };
  }

  async function commit(claim: Claim, commit: Commit): Promise<'committed' | 'fenced'> {
    const id = ids.get(commit) ?? randomUUID();
    ids.set(commit, id);
    const answer = await told(send(keysFor(claim), headOf(claim, commit, id), commitWords(commit)));
    if (answer === 'fenced') return answer;
    const before = known.get(claim);
    if (before !== undefined) known.set(claim, before + 1);
    return 'committed';
  }

  const headOf = (claim: Claim, commit: Commit, id: string): Word[] => [
    claim.token,
    id,
    known.get(claim) ?? '',
    offsetsText(commit.from),
    offsetsText(commit.to),
    commit.version,
    commit.seq,
    commit.attempts ? JSON.stringify(commit.attempts) : '',
    FORMAT,
  ];

  /** In one call, or where it is too large for that in several, the last of which makes the commit. */
  async function send(keys: PartitionKeys, head: readonly Word[], words: readonly Word[]) {
    const calls = inCalls(words);
    const run = (staged: string, count: number, here: readonly Word[]) => {
      const { meta, ledger, deltas, snapshots, blobs, outgoing } = keys;
      return commands.commit(meta, ledger, deltas, snapshots, blobs, outgoing, staged, ...head, count, ...here);
    };
    if (calls.length <= 1) return run(keys.staged('none'), 0, words);
    for (let tries = 0; tries < STAGED_TRIES; tries++) {
      const staged = keys.staged(randomUUID());
      for (const call of calls) await commands.stage(staged, STAGED_FOR, ...call);
      const answer = await run(staged, words.length, []);
      // A call that was sent twice, or a server put back meanwhile: another list is staged.
      if (answer !== 'unstaged') return answer;
    }
    throw new Error(`what was put under ${keys.staged('…')} did not stay there`);
  }

  async function unsettled(claim: Claim): Promise<readonly NewRecord[]> {
    const { meta, outgoing } = keysFor(claim);
    const records: NewRecord[] = [];
    for (;;) {
      const after = records.at(-1)?.headers.seq ?? '-inf';
      const some = await told(commands.unsettled(meta, outgoing, claim.token, after, UNSETTLED_AT_ONCE));
      if (some === null) throw fenced(claim);
      for (const text of some) records.push(JSON.parse(text) as NewRecord);
      if (some.length < UNSETTLED_AT_ONCE) return records;
    }
  }

  async function settle(claim: Claim, seq: number): Promise<void> {
    const { meta, outgoing } = keysFor(claim);
    if ((await told(commands.settle(meta, outgoing, claim.token, seq))) === null) throw fenced(claim);
  }

  return { claim: claimPartition, load, commit, unsettled, settle };
}

function fenced({ stage, partition }: Claim): Fenced {
  return new Fenced(`Partition ${partition} of ${stage} has been taken over by another owner.`);
}

/** The same owner has committed more than there is now: its memory is ahead, and somebody must claim and load anew. */
function wentBack(place: string, { stage, partition }: Claim): Fenced {
  return new Fenced(`Redis at ${place} was put back to an older state of ${stage}/${partition}: claim it anew.`);
}

export function newer(place: string, { stage, partition }: Pick<Claim, 'stage' | 'partition'>): StateNewer {
  const found = `The state of ${stage}/${partition} in Redis at ${place} was written by a newer version of Winnow`;
  return new StateNewer(`${found}; this one reads up to format ${FORMAT}. Run that version, or a newer one.`);
}

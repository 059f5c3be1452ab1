// What a load finds, and the contents of its changes, a few at a time.
import type { Claim, LoadedState } from '@winnow/stream';
import { fromPieces } from './blobs.ts';
import type { Commands } from './commands.ts';
import { readCell } from './commit-words.ts';
import { damaged } from './failures.ts';
import type { PartitionKeys } from './keys.ts';

/** One answer carries about so many bytes of contents; a blob that is larger comes whole. */
const BYTES_AT_ONCE = 256 * 1024;
const NAMES_AT_ONCE = 256;

/** How far a partition has come, and what its ledger stands at. */
export interface Head extends Omit<LoadedState, 'changes'> {
  readonly format: number;
  readonly commits: number;
}

/** Everything but the changes themselves. */
export interface Found extends Head {
  /** In the order in which they are to be applied. */
  readonly names: readonly string[];
}

/** @throws StateDamaged where it is not what a commit has written. */
export function readFound(place: string, claim: Place, answer: readonly (readonly Buffer[])[]): Found {
  const [deltas, snapshots] = answer.slice(2).map(pairs) as [Pairs, Pairs];
  return { ...readHead(place, claim, answer), names: inOrder(deltas, snapshots) };
}

/** @throws StateDamaged where it is not what a commit has written. */
export function readHead(place: string, { stage, partition }: Place, answer: readonly (readonly Buffer[])[]): Head {
  const [meta, ledger] = answer.slice(0, 2).map(pairs) as [Pairs, Pairs];
  const held = Object.fromEntries(meta);
  try {
    return {
      format: Number(held.format ?? 0),
      commits: Number(held.commits ?? 0),
      offsets: JSON.parse(held.offsets ?? '{}'),
      seq: Number(held.seq ?? 0),
      version: Number(held.version ?? 0),
      ledger: ledger.map(([name, count]) => readCell(name, count)),
      ...(held.attempts !== undefined && { attempts: JSON.parse(held.attempts) }),
    };
  } catch (error) {
    throw damaged(place, `the head of ${stage}/${partition} cannot be read`, error);
  }
}

type Place = Pick<Claim, 'stage' | 'partition'>;
type Pairs = [string, string][];

function pairs(flat: readonly Buffer[]): Pairs {
  const found: Pairs = [];
  for (let at = 0; at < flat.length; at += 2) found.push([String(flat[at]), String(flat[at + 1])]);
  return found;
}

/** By commit; of one commit the delta first. */
function inOrder(deltas: Pairs, snapshots: Pairs): string[] {
  const all = [
    ...deltas.map(([name, commit]) => ({ name: `d:${name}`, commit: Number(commit) })),
    ...snapshots.map(([name, commit]) => ({ name: `s:${name}`, commit: Number(commit) })),
  ];
  return all.sort((one, other) => one.commit - other.commit).map(({ name }) => name);
}

export interface ReadChanges {
  readonly keys: PartitionKeys;
  readonly claim: Claim;
  readonly names: readonly string[];
  readonly place: string;
  readonly read: Commands['read'];
  /** What to throw where the claim has been taken over. */
  readonly fenced: () => Error;
}

/** @throws Fenced where the claim has been taken over meanwhile, StateDamaged where a content is not what was written. */
export async function* readChanges(options: ReadChanges): AsyncGenerator<Uint8Array> {
  const { keys, claim, names, place, read, fenced } = options;
  for (let at = 0; at < names.length; ) {
    const wanted = names.slice(at, at + NAMES_AT_ONCE);
    const answer = await read(keys.meta, keys.blobs, claim.token, BYTES_AT_ONCE, ...wanted);
    if (answer === null) throw fenced();
    for (const pieces of answer) {
      const content = fromPieces(pieces);
      const kind = names[at++]?.startsWith('d') ? 'delta' : 'snapshot';
      if (!content) throw damaged(place, `a ${kind} of ${claim.stage}/${claim.partition} is not what was written`);
      yield content;
    }
  }
}

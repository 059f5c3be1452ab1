// The scripts as commands of a client, with the types of what they take and answer.
import type { Cluster, Redis } from 'ioredis';
import { commitScript } from './commit-script.ts';
import {
  claimScript,
  headScript,
  loadScript,
  readScript,
  settleScript,
  stageScript,
  unsettledScript,
} from './scripts.ts';

export type Word = string | number | Buffer;
type Flat = readonly Buffer[];

/** Each takes its keys first. Null says that the token is not the holder's. */
export interface Commands {
  claim(meta: string, token: string, format: number, knows: number | ''): Promise<number>;
  head(meta: string, ledger: string): Promise<Flat[]>;
  load(meta: string, ledger: string, deltas: string, snapshots: string, token: string): Promise<Flat[] | null>;
  read(meta: string, blobs: string, token: string, bytes: number, ...names: string[]): Promise<Flat[] | null>;
  stage(staged: string, keptFor: number, ...words: Word[]): Promise<number>;
  commit(...keysAndWords: Word[]): Promise<'committed' | 'fenced' | 'unstaged'>;
  unsettled(meta: string, outgoing: string, token: string, after: string, limit: number): Promise<string[] | null>;
  settle(meta: string, outgoing: string, token: string, seq: number): Promise<number | null>;
}

const scripts = {
  claim: { numberOfKeys: 1, lua: claimScript },
  head: { numberOfKeys: 2, lua: headScript },
  load: { numberOfKeys: 4, lua: loadScript },
  read: { numberOfKeys: 2, lua: readScript },
  stage: { numberOfKeys: 1, lua: stageScript },
  commit: { numberOfKeys: 7, lua: commitScript },
  unsettled: { numberOfKeys: 2, lua: unsettledScript },
  settle: { numberOfKeys: 2, lua: settleScript },
} satisfies Record<keyof Commands, { numberOfKeys: number; lua: string }>;

type Run = (...words: Word[]) => Promise<unknown>;

/** Defines them on the client, which sends a script's text only where the server does not know it yet. */
export function defineCommands(client: Redis | Cluster): Commands {
  for (const [name, script] of Object.entries(scripts)) client.defineCommand(`winnow_${name}`, script);
  const defined = client as unknown as Record<string, Run>;
  const run = (name: string) => (defined[`winnow_${name}`] as Run).bind(client);
  return {
    claim: run('claim'),
    head: run('headBuffer'),
    load: run('loadBuffer'),
    read: run('readBuffer'),
    stage: run('stage'),
    commit: run('commit'),
    unsettled: run('unsettled'),
    settle: run('settle'),
  } as Commands;
}

// How far a stage's partitions have come, for whoever asks: nothing is claimed, so their owners go on undisturbed.
import type { LoadedState } from '@winnow/stream';
import { keysOf } from './keys.ts';
import { readHead } from './loading.ts';
import { FORMAT, newer, type RedisStore } from './state-store.ts';

/** What is committed, but for the tables. */
export type Committed = Omit<LoadedState, 'changes'>;

/** Undefined where nothing was ever committed. @throws LogUnavailable, StateDamaged, StateNewer */
export type ReadCommitted = (stage: string, partition: number) => Promise<Committed | undefined>;

export function committedReader({ commands, place, prefix, failureOf }: RedisStore): ReadCommitted {
  return async function readCommitted(stage, partition) {
    const keys = keysOf(prefix, stage, partition);
    const answer = await commands.head(keys.meta, keys.ledger).catch((error) => Promise.reject(failureOf(error)));
    const { format, commits, ...committed } = readHead(place, { stage, partition }, answer);
    if (format > FORMAT) throw newer(place, { stage, partition });
    return commits > 0 ? committed : undefined;
  };
}

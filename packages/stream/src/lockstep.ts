import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LocalLog } from './ports.ts';

/** What is to come to rest: stages, supervised stages and workers. */
export interface Party {
  readonly done: Promise<void>;
  idle?(): Promise<void>;
  readonly busy?: boolean;
}

/**
 * Waits until every record is handled, every look-up is answered, and nothing came of the answers any more: the end of a step of a
 * replay. @throws what ended a party that it waits for.
 */
export async function settle(log: LocalLog, parties: readonly Party[]): Promise<void> {
  const { promise: crashed, reject } = Promise.withResolvers<never>();
  crashed.catch(() => undefined);
  for (const party of parties) party.done.catch(reject);
  await Promise.race([comeToRest(log, parties), crashed]);
}

async function comeToRest(log: LocalLog, parties: readonly Party[]): Promise<void> {
  do {
    await log.idle();
    await Promise.all(parties.map((party) => party.idle?.()));
  } while (!(await isQuiet(log)) || parties.some((party) => party.busy));
}

/** True where the log is still idle after everybody else had a turn: nobody was just about to append. */
async function isQuiet(log: LocalLog): Promise<boolean> {
  await nextTurn();
  return Promise.race([log.idle().then(() => true), nextTurn(false)]);
}

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
  const rest = async () => {
    do {
      await log.idle();
      await Promise.all(parties.map((party) => party.idle?.()));
      await log.idle();
    } while (parties.some((party) => party.busy));
  };
  await Promise.race([rest(), crashed]);
}

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
  const watches = parties.map((party) => watch(party.done));
  for (const each of watches) each.tell(reject);
  try {
    await Promise.race([comeToRest(log, parties), crashed]);
  } finally {
    for (const each of watches) each.forget(reject);
  }
}

interface Watch {
  tell(listener: (error: unknown) => void): void;
  forget(listener: (error: unknown) => void): void;
}

/** A replay settles thousands of times, and a promise keeps whatever was hung on it: each is listened to once. */
const watched = new WeakMap<Promise<void>, Watch>();

function watch(done: Promise<void>): Watch {
  const known = watched.get(done);
  if (known) return known;
  const listeners = new Set<(error: unknown) => void>();
  let failure: { readonly error: unknown } | undefined;
  done.catch((error: unknown) => {
    failure = { error };
    for (const listener of listeners) listener(error);
  });
  const created: Watch = {
    tell(listener) {
      if (failure) listener(failure.error);
      else listeners.add(listener);
    },
    forget: (listener) => void listeners.delete(listener),
  };
  watched.set(done, created);
  return created;
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

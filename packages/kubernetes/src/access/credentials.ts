// Credentials as they are now: made once for all who wait, and made anew where they are refused or have grown old.
import type { Access } from './access.ts';
import type { ClusterContext } from './context.ts';
import { libraryAccess } from './library-access.ts';
import { isUsual, usualAccess } from './usual-access.ts';

export interface Credentials {
  /** What to ask with now. Plugins run once for all who wait, and not again before what they gave expires. */
  current(): Promise<Access>;
  /** Grows whenever they are made anew. */
  readonly generation: number;
  /**
   * Has them made anew where none newer than those that were refused are there yet; at most once in ten seconds, for a plugin is no cheap
   * program. True where it is worth to ask again.
   */
  refuse(generation: number): boolean;
}

const REFRESH_INTERVAL = 10_000;

/** @param now milliseconds of a clock that never goes back */
export function createCredentials(context: ClusterContext, now: () => number = () => performance.now()): Credentials {
  const begin = () => (isUsual(context) ? usualAccess(context) : libraryAccess(context));
  let make = begin();
  let pending: Promise<Access> | undefined;
  let generation = 0;
  let renewedAt = -Infinity;
  return {
    get generation() {
      return generation;
    },
    current() {
      if (pending) return pending;
      const mine = make().finally(() => {
        if (pending === mine) pending = undefined;
      });
      pending = mine;
      return mine;
    },
    refuse(refused) {
      if (refused !== generation) return true;
      if (now() - renewedAt < REFRESH_INTERVAL) return false;
      renewedAt = now();
      generation++;
      pending = undefined;
      make = begin();
      return true;
    },
  };
}

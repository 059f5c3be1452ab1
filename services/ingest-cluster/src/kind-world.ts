// What following one kind of one cluster needs.
import type { Item } from '@winnow/contracts';
import type { ApiServer } from './api-server.ts';
import type { Clock } from './clock.ts';
import type { ToldBefore, WatchedKind } from './core.ts';
import type { KindState } from './kind-state.ts';
import type { Logger } from './logger.ts';
import type { Patience } from './patience.ts';
import type { Place } from './place.ts';

export interface KindWorld {
  readonly api: ApiServer;
  readonly kind: WatchedKind;
  readonly state: KindState;
  readonly told: ToldBefore;
  readonly place: Place;
  /** Resolves to true when the items are durable, to false where it was stopped before. */
  readonly send: (items: readonly Item[]) => Promise<boolean>;
  /** The intake's clock, RFC 3339. */
  readonly at: () => string;
  readonly clock: Clock;
  readonly patience: Patience;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Waits for a turn among the lists of this cluster; answers what gives it back. */
  readonly takeTurn: () => Promise<() => void>;
  /** Ends early where the cluster has come back. */
  readonly pause: (ms: number) => Promise<void>;
}

/** Bytes of one object above which only its metadata is looked at: an API server takes none of more than 3 MiB. */
export const OBJECT_LIMIT = 4 * 1024 * 1024;

/** What a dead letter names. */
export const contextOf = ({ api, kind, at }: KindWorld) => ({ at: at(), place: `${kind.id} of ${api.name}` });

/** Bytes have come, or at least the head of an answer. */
export function noteBytes({ state, clock }: KindWorld, bytes: number): void {
  state.bytes += bytes;
  state.heardAt = clock.now();
}

/** Notes that an answer comes in while it is read. */
export async function whileOpen<T>({ state, clock }: KindWorld, read: () => Promise<T>): Promise<T> {
  state.open = true;
  try {
    return await read();
  } finally {
    state.open = false;
    state.wellAt = clock.now();
  }
}

/** What of these items is to be sent; counts them. */
export function admit({ state, told }: KindWorld, items: readonly Item[]): Item[] {
  state.received += items.length;
  return items.filter((item) => {
    if (item.type === 'unreadable') state.unreadable++;
    const admitted = told.admit(item);
    if (!admitted) state.suppressed++;
    return admitted;
  });
}

// Keeps one kind of one cluster told of: a list where one is needed, then watches without end.
import { backOffMs, isSilentClose, relistsAfterSilence, seldomMs } from './core.ts';
import type { Ending } from './ending.ts';
import { countOne } from './kind-state.ts';
import type { KindWorld } from './kind-world.ts';
import { listKind } from './list-kind.ts';
import { type Watched, watchKind } from './watch-kind.ts';

/** A version that the server does not know yet may be that of another server which is ahead; in the end it is lost. */
const PATIENT_WITH_FUTURE = 4;
/** A server that has just started refuses what it has not read the rights to yet, and has not what extends it. */
const PATIENT_WITH_REFUSAL = 5;
/** Pages that expire so often in a row take longer than their tokens live. */
const EXPIRED_LISTS = 2;

type EndingOf<Is extends Ending['is']> = Extract<Ending, { is: Is }>;

/** What has happened since all was well. */
interface Trouble {
  failures: number;
  fromFuture: number;
  refused: number;
  expired: number;
  silentLists: number;
  silentAt: number;
  /** Its version was of a future that is lost. */
  restored: boolean;
  /** Why the next list is needed. */
  why: string;
}

const noTrouble = (): Trouble => ({
  ...{ failures: 0, fromFuture: 0, refused: 0, expired: 0, silentLists: 0, silentAt: 0 },
  ...{ restored: false, why: 'start' },
});

/** Resolves when it is stopped. */
export async function followKind(world: KindWorld): Promise<void> {
  const { place, signal } = world;
  const trouble = noTrouble();
  while (!signal.aborted) {
    const { version } = place;
    if (version === undefined) await afterList(world, trouble, await list(world, trouble));
    else await afterWatch(world, trouble, await watchKind(world, version));
  }
  await place.flush();
}

async function list(world: KindWorld, trouble: Trouble): Promise<Ending> {
  const { state, takeTurn, signal } = world;
  const { why, expired } = trouble;
  const giveBack = await takeTurn();
  try {
    if (signal.aborted) return { is: 'stopped' };
    state.phase = 'listing';
    countOne(state.lists, why);
    return await listKind(world, { whole: expired >= EXPIRED_LISTS, restored: trouble.restored });
  } finally {
    giveBack();
  }
}

async function afterList(world: KindWorld, trouble: Trouble, ending: Ending): Promise<void> {
  if (ending.is === 'listed') {
    Object.assign(trouble, { fromFuture: 0, expired: 0, restored: false });
    world.place.reach(ending.version);
  } else if (ending.is === 'expired') {
    trouble.expired++;
    await relist(world, trouble, 'continue-expired');
  } else await afterFailure(world, trouble, ending);
}

async function afterWatch(world: KindWorld, trouble: Trouble, { ending, healthy }: Watched): Promise<void> {
  if (healthy) Object.assign(trouble, { failures: 0, fromFuture: 0, refused: 0, silentLists: 0 });
  const reason = ending.is === 'failed' ? ending.reason : ending.is;
  if (reason !== 'stopped') countOne(world.state.restarts, reason);
  if (ending.is === 'closed' && isSilentClose(ending)) await afterSilence(world, trouble);
  else if (healthy && (reason === 'closed' || reason === 'silent')) await rest(world);
  else if (ending.is === 'closed') await pause(world, ++trouble.failures);
  else if (ending.is === 'gone') await relist(world, trouble, 'gone');
  else await afterFailure(world, trouble, ending);
}

/** Nothing will come from there any more, unless it is not the version that is at fault. */
async function afterSilence(world: KindWorld, trouble: Trouble): Promise<void> {
  const now = world.clock.now();
  if (relistsAfterSilence(trouble.silentLists, now - trouble.silentAt)) {
    Object.assign(trouble, { silentLists: trouble.silentLists + 1, silentAt: now, why: 'silent-close' });
    world.place.forget();
  }
  await pause(world, ++trouble.failures);
}

/** The place is of no use any more: all is listed again, at once the first time. */
async function relist(world: KindWorld, trouble: Trouble, why: string): Promise<void> {
  world.place.forget();
  trouble.why = why;
  if (++trouble.failures > 1) await pause(world, trouble.failures);
}

async function afterFailure(world: KindWorld, trouble: Trouble, ending: Ending): Promise<void> {
  if (ending.is === 'refused' || ending.is === 'absent') {
    if (!isWatched(world) || ++trouble.refused > PATIENT_WITH_REFUSAL) return notToBeRead(world, trouble, ending);
    Object.assign(world.state, { phase: 'failing', detail: `${ending.detail}, although it could` });
    return pause(world, ++trouble.failures);
  }
  if (ending.is !== 'failed') return;
  const { reason, detail, retryAfterMs } = ending;
  Object.assign(world.state, { phase: 'failing', detail });
  if (reason === 'version-too-large' && ++trouble.fromFuture >= PATIENT_WITH_FUTURE) {
    trouble.restored = true;
    return relist(world, trouble, 'version-lost');
  }
  await pause(world, ++trouble.failures, retryAfterMs);
}

/** It could be read, and where it stands is known. */
const isWatched = ({ place }: KindWorld): boolean => place.version !== undefined;

/** It is reported once, and asked again seldom. */
async function notToBeRead(world: KindWorld, trouble: Trouble, { is, detail }: EndingOf<'refused' | 'absent'>) {
  const { state, kind, api, log, clock, patience } = world;
  const fields = { cluster: api.name, kind: kind.id };
  if (state.detail !== detail) log[kind.optional ? 'info' : 'warn'](fields, `${api.name}: ${detail}`);
  Object.assign(state, { phase: is, detail });
  // What was not told of meanwhile is found by a list.
  trouble.why = 'allowed';
  world.place.forget();
  await clock.sleep(seldomMs(clock.random(), patience.seldom), world.signal);
}

/** Watches that were closed together do not come back together. */
async function rest({ clock, patience, pause: wait }: KindWorld): Promise<void> {
  await wait(clock.random() * patience.retryFirst);
}

async function pause({ clock, patience, pause: wait }: KindWorld, failures: number, atLeast = 0): Promise<void> {
  const backOff = { first: patience.retryFirst, most: patience.retryMost };
  await wait(Math.max(atLeast, backOffMs(failures, clock.random(), backOff)));
}

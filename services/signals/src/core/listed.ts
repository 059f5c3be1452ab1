// Lists of all objects of a kind: what a list does not hold has vanished, and absence means something once there has been one.
import type { ListMarkerItem } from '@winnow/contracts';
import type { Turn } from './turn.ts';

export const listKey = (scope: string, kind: string, namespace: string | undefined): string =>
  `${scope}|${kind}|${namespace ?? ''}`;

/** True where all objects of that kind have been listed once, or, without any list, one of them is known. */
export function isListed(turn: Turn, kind: string, namespace?: string): boolean {
  if (listedAt(turn, kind, namespace) !== undefined) return true;
  return !isFirstListing(turn, kind, namespace) && turn.state.byKind.size(`${turn.scope}|${kind}`) > 0;
}

/**
 * When the list began that would have held it, or, where lists are not marked as such (a capture), when the first object of its kind and
 * namespace became known; undefined where none did.
 */
export function listedAt(turn: Turn, kind: string, namespace: string | undefined): number | undefined {
  const { lists } = turn.state;
  const inNamespace = lists.get(listKey(turn.scope, kind, namespace));
  const ended = (lists.get(listKey(turn.scope, kind, undefined)) ?? inNamespace)?.ended;
  return ended ?? (isFirstListing(turn, kind, namespace) ? undefined : inNamespace?.first);
}

/** The first list is still being read: what it has not told of yet may be there. */
function isFirstListing(turn: Turn, kind: string, namespace: string | undefined): boolean {
  return [undefined, namespace].some((each) => {
    const list = turn.state.lists.get(listKey(turn.scope, kind, each));
    return list?.ended === undefined && Object.keys(list?.begun ?? {}).length > 0;
  });
}

/** Whether the source instance at hand is reading a list that holds such objects. */
export function isListing(turn: Turn, kind: string, namespace: string | undefined): boolean {
  return listsAtHand(turn, kind, namespace).length > 0;
}

/** Whether it reads one after the cluster has gone back in time: older versions are the true ones. */
export function isRestoring(turn: Turn, kind: string, namespace: string | undefined): boolean {
  return listsAtHand(turn, kind, namespace).some(({ restored }) => restored);
}

function listsAtHand(turn: Turn, kind: string, namespace: string | undefined) {
  return [undefined, namespace].flatMap(
    (each) => turn.state.lists.get(listKey(turn.scope, kind, each))?.begun?.[turn.heard] ?? [],
  );
}

/** Notes when the first object of a kind and namespace became known. */
export function noteFirst(turn: Turn, kind: string, namespace: string | undefined): void {
  const key = listKey(turn.scope, kind, namespace);
  const list = turn.state.lists.get(key);
  if (list?.first === undefined) turn.state.lists.set(key, { ...list, first: turn.at });
}

/** A list begins anew: one of the same instance that was interrupted means nothing any more. */
export function beginList(turn: Turn, { kind, namespace, restored }: ListMarkerItem): void {
  const { lists, heard } = turn.state;
  const key = listKey(turn.scope, kind, namespace);
  const list = lists.get(key);
  // Those of instances that are gone for good will never end.
  const others = Object.entries(list?.begun ?? {}).filter(([instance]) => heard.get(instance) !== undefined);
  const own = { order: turn.row.order, at: turn.at, ...(restored && { restored }) };
  lists.set(key, { ...list, begun: { ...Object.fromEntries(others), [turn.heard]: own } });
}

export interface EndedList {
  /** What arrived no later than this number is not on it. */
  readonly order: number;
  /** There was none before: absence means something from now on. */
  readonly first: boolean;
}

/** Undefined where the instance had begun none. */
export function endList(turn: Turn, { kind, namespace }: ListMarkerItem): EndedList | undefined {
  const { lists } = turn.state;
  const key = listKey(turn.scope, kind, namespace);
  const list = lists.get(key);
  const own = list?.begun?.[turn.heard];
  if (!list || !own) return undefined;
  const { [turn.heard]: _, ...others } = list.begun ?? {};
  lists.set(key, { ...list, begun: others, ended: own.at });
  return { order: own.order, first: list.ended === undefined };
}

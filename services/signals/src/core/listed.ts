// Whether the absence of an object means anything: only where its kind is otherwise told of.
import type { Turn } from './turn.ts';

export const listKey = (scope: string, kind: string, namespace: string | undefined): string =>
  `${scope}|${kind}|${namespace ?? ''}`;

/** True where all objects of that kind have been listed once, or one of them is known. */
export function isListed(turn: Turn, kind: string, namespace?: string): boolean {
  return listedAt(turn, kind, namespace) !== undefined || turn.state.byKind.size(`${turn.scope}|${kind}`) > 0;
}

/**
 * When the list was read that would have held it, or, where lists are not marked as such (a capture), when the first object of its
 * kind and namespace became known; undefined where none did.
 */
export function listedAt(turn: Turn, kind: string, namespace: string | undefined): number | undefined {
  const { lists } = turn.state;
  const inNamespace = lists.get(listKey(turn.scope, kind, namespace));
  return (lists.get(listKey(turn.scope, kind, undefined)) ?? inNamespace)?.ended ?? inNamespace?.first;
}

/** Notes when the first object of a kind and namespace became known. */
export function noteFirst(turn: Turn, kind: string, namespace: string | undefined): void {
  const key = listKey(turn.scope, kind, namespace);
  const list = turn.state.lists.get(key);
  if (list?.first === undefined) turn.state.lists.set(key, { ...list, first: turn.at });
}

// What the finders of links share: whom they search for, and who has a place where.

import type { EntityRef, Signal } from '@winnow/contracts';
import type { GraphEdge } from '@winnow/topology';
import type { RuleName } from '../parameters.ts';
import { edgeText, type Link, type Placed, type Role } from '../relation.ts';
import type { Scope } from '../state.ts';
import { timeOf } from '../times.ts';

export interface Search {
  readonly scope: Scope;
  readonly signal: Signal;
  readonly entity: EntityRef;
}

export function link(
  other: Placed,
  rule: RuleName,
  role: Role,
  path: readonly GraphEdge[] = [],
  hops = 0,
  weight = 1,
): Link {
  return { other, rule, role, hops, weight, path: path.map(edgeText) };
}

/** Those that live in an entity, by id. */
export function placedIn(scope: Scope, key: string): readonly Placed[] {
  return placed(scope, scope.byHome.few(key));
}

export function placed(scope: Scope, ids: readonly string[]): readonly Placed[] {
  return ids.flatMap((id) => scope.members.get(id) ?? scope.loose.get(id) ?? []);
}

/** When the signal was first seen, in milliseconds since the epoch. */
export function began(signal: Signal): number {
  return timeOf(signal.firstSeen);
}

// What two signals have in common without an edge between them: a change before both, a namespace of which nothing is known.

import { entityKey } from '@winnow/contracts';
import { changeLasts } from '../parameters.ts';
import type { Link } from '../relation.ts';
import { namespaceOf } from '../state.ts';
import { canBeVictim, harmsCallers } from '../symptom-traits.ts';
import { timeOf } from '../times.ts';
import { began, link, placed, placedIn, type Search } from './search.ts';

/** Others that depend on a config object which was changed shortly before this signal. */
export function ofChanges({ scope, signal, entity: home }: Search): Link[] {
  const since = began(signal);
  return scope.graph.dependencies(home).flatMap((edge) => {
    const change = scope.changes.get(entityKey(edge.to));
    if (!change || !(edge.type === 'mounts' || edge.type === 'configures')) return [];
    const after = since - timeOf(change.at);
    if (after < 0 || after > changeLasts) return [];
    return scope.graph.dependants(edge.to).flatMap((user) =>
      placedIn(scope, entityKey(user.from))
        .filter((other) => other.home !== entityKey(home) && timeOf(other.signal.firstSeen) >= timeOf(change.at))
        .map((other) => link(other, 'shared-change', 'peer', [edge, user])),
    );
  });
}

/** Where the graph knows nothing of one of them they may well be connected: unknown is not far. */
export function nearby({ scope, signal, entity: home }: Search): Link[] {
  const namespace = namespaceOf(signal);
  if (namespace === '') return [];
  const known = scope.graph.knows(home);
  return placed(scope, scope.byNamespace.few(namespace))
    .filter((other) => !(known && scope.graph.knows(other.signal.entity)))
    .flatMap((other): Link[] => {
      const victim = canBeVictim(signal.symptom) && harmsCallers(other.signal.symptom);
      const cause = canBeVictim(other.signal.symptom) && harmsCallers(signal.symptom);
      if (!victim && !cause) return [];
      return [link(other, 'same-namespace', victim && cause ? 'peer' : victim ? 'victim' : 'cause')];
    });
}

// Finds what a signal may have to do with those that have a place: by its entity, along edges of the graph, by what it names.
// The search starts at the signal and walks; it never goes through all incidents.
import { entityKey, type Signal } from '@winnow/contracts';
import { alongCalls } from './links/along-calls.ts';
import { alongReferences } from './links/along-references.ts';
import { nearby, ofChanges } from './links/nearby.ts';
import { ofNames } from './links/of-names.ts';
import { ofNodes } from './links/of-nodes.ts';
import { link, placedIn, type Search } from './links/search.ts';
import type { Link } from './relation.ts';
import type { Scope } from './state.ts';
import { canBeVictim } from './symptom-traits.ts';

/** All links of a signal to others, in an order that the tables alone decide. */
export function findLinks(scope: Scope, signal: Signal, mayGuess: boolean): readonly Link[] {
  const search: Search = { scope, signal, entity: scope.graph.home(signal.entity) };
  return [
    ...sameEntity(search),
    ...alongCalls(search),
    ...alongReferences(search),
    ...ofNodes(search),
    ...ofNames(search),
    ...ofChanges(search),
    ...(mayGuess ? nearby(search) : []),
  ].filter((link) => link.other.signal.id !== signal.id);
}

/** Trouble with a cause of its own explains what else its entity shows. */
function sameEntity({ scope, signal, entity: home }: Search): Link[] {
  return placedIn(scope, entityKey(home)).map((other) => {
    const [here, there] = [canBeVictim(signal.symptom), canBeVictim(other.signal.symptom)];
    return link(other, 'same-entity', here === there ? 'peer' : here ? 'victim' : 'cause');
  });
}

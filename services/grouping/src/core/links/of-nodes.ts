// Trouble of nodes and of what runs on them.
import { type EntityRef, entity, entityKey, type Signal } from '@winnow/contracts';
import type { Link, Placed, Role } from '../relation.ts';
import type { Scope } from '../state.ts';
import { canComeOfNode, isLoad, isNodeTrouble } from '../symptom-traits.ts';
import { link, placed, placedIn, type Search } from './search.ts';

export function ofNodes(search: Search): Link[] {
  return search.entity.kind === 'Node' ? onThisNode(search) : underThisSignal(search);
}

/** A node's signal: whose pods run there, and shows what its node can do to it. */
function onThisNode({ scope, signal, entity: node }: Search): Link[] {
  const byAttribute = placed(scope, scope.byReference.few(`node|${node.name}`));
  const byGraph = scope.graph
    .dependants(node)
    .filter((edge) => edge.type === 'runs-on')
    .flatMap((edge) =>
      placedIn(scope, entityKey(edge.from)).filter((other) => nodesOf(scope, other.signal).has(node.name)),
    );
  const others = [...new Set([...byAttribute, ...byGraph])].filter((other) => other.signal.entity.kind !== 'Node');
  return others.flatMap((other) => nodeLink(signal, other, other.signal, 'cause'));
}

/** A workload's signal: the nodes that its pods run on. */
function underThisSignal({ scope, signal }: Search): Link[] {
  return [...nodesOf(scope, signal)].flatMap((node) =>
    placedIn(scope, entityKey(entity('Node', undefined, node))).flatMap((other) =>
      nodeLink(other.signal, other, signal, 'victim'),
    ),
  );
}

function nodeLink(node: Signal, other: Placed, pod: Signal, role: Role): Link[] {
  if (isNodeTrouble(node.symptom) && canComeOfNode(pod.symptom)) return [link(other, 'runs-on', role)];
  return isLoad(node.symptom) && isLoad(pod.symptom) ? [link(other, 'shares-load', 'peer')] : [];
}

/** The nodes that a signal was seen on: as it says, else those of its subjects, else all of its workload's. */
function nodesOf(scope: Scope, signal: Signal): ReadonlySet<string> {
  const told = signal.attributes.node;
  if (told) return new Set([told]);
  const subjects = signal.subjects.flatMap((subject) => nodesIn(scope.graph.facts(subject)?.refs));
  if (subjects.length > 0) return new Set(subjects);
  const all = scope.graph
    .dependencies(signal.entity)
    .flatMap((edge) => (edge.type === 'runs-on' ? [edge.to.name] : []));
  return new Set(all.slice(0, 20));
}

function nodesIn(refs: readonly { readonly type: string; readonly to: EntityRef }[] | undefined): string[] {
  return (refs ?? []).flatMap((ref) => (ref.type === 'runs-on' ? [ref.to.name] : []));
}

// Trouble that travels along named references: claims, config objects, autoscalers.
import { entityKey } from '@winnow/contracts';
import type { GraphEdge } from '@winnow/topology';
import { crowd } from '../id-index.ts';
import type { RuleName } from '../parameters.ts';
import type { Link } from '../relation.ts';
import type { Scope } from '../state.ts';
import { canComeOfVolume } from '../symptom-traits.ts';
import { link, placedIn, type Search } from './search.ts';

const referenceRules: Readonly<Record<string, RuleName>> = {
  mounts: 'mounts',
  configures: 'configures',
  scales: 'scales',
};

/** Claims, config objects and autoscalers: edges other than calls, up to two in a row (workload → claim → class). */
export function alongReferences({ scope, signal, entity: home }: Search): Link[] {
  const down = scope.graph.dependencies(home).flatMap((edge) => stepsDown(scope, edge));
  const up = scope.graph
    .dependants(home)
    .slice(0, crowd)
    .flatMap((edge) => stepsUp(scope, edge));
  return [
    ...down.flatMap(({ key, path, rule }) =>
      canComeOfVolume(signal.symptom) ? placedIn(scope, key).map((other) => link(other, rule, 'victim', path)) : [],
    ),
    ...up.flatMap(({ key, path, rule }) =>
      placedIn(scope, key)
        .filter((other) => canComeOfVolume(other.signal.symptom))
        .map((other) => link(other, rule, 'cause', path)),
    ),
  ];
}

interface Step {
  readonly key: string;
  readonly path: readonly GraphEdge[];
  readonly rule: RuleName;
}

function stepsDown(scope: Scope, edge: GraphEdge): Step[] {
  const rule = referenceRules[edge.type];
  if (!rule) return [];
  const further = edge.to.kind === 'PersistentVolumeClaim' ? scope.graph.dependencies(edge.to) : [];
  return [
    { key: entityKey(edge.to), path: [edge], rule },
    ...further.map((next) => ({ key: entityKey(next.to), path: [edge, next], rule })),
  ];
}

function stepsUp(scope: Scope, edge: GraphEdge): Step[] {
  const rule = referenceRules[edge.type];
  if (!rule) return [];
  const further = edge.from.kind === 'PersistentVolumeClaim' ? scope.graph.dependants(edge.from).slice(0, crowd) : [];
  return [
    { key: entityKey(edge.from), path: [edge], rule },
    ...further.map((next) => ({ key: entityKey(next.from), path: [edge, next], rule })),
  ];
}

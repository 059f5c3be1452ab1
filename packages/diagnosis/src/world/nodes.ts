// Nodes that a dossier knows of, and tests on them.
import { type EntityRef, entity, type Node } from '@winnow/contracts';
import type { Test } from '../mode.ts';
import type { World } from './world.ts';

export type NodeTest = Test<EntityRef>;

/** Every node that is known by an object, a pod, a check or a symptom. */
export function nodes(world: World): readonly EntityRef[] {
  const names = new Set([
    ...world.objects.all('Node').map((each) => each.metadata.name),
    ...world.dossier.checks.nodeServices.map((each) => each.node),
    ...world.dossier.checks.connectivity.flatMap((each) => each.fromNode ?? []),
    ...world.members.filter((each) => each.ref.kind === 'Node').map((each) => each.ref.name),
  ]);
  return [...names].sort().map((name) => entity('Node', undefined, name));
}

export const objectOf = (node: EntityRef, world: World): Node | undefined =>
  world.objects.get('Node', undefined, node.name);

export const either =
  (...tests: readonly NodeTest[]): NodeTest =>
  (node, world) => {
    for (const test of tests) {
      const found = test(node, world);
      if (found) return found;
    }
    return undefined;
  };

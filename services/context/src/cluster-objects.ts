// The objects of one cluster as they stand, with the graph that follows from them: what an ask of kind `objects` is answered from.
import { type EntityRef, entityKey, entityOfKey, type KubeObject } from '@winnow/contracts';
import { type CallFigures, createGraph, factsOf } from '@winnow/topology';
import type { ClusterView } from './core/cluster-view.ts';
import { refOf } from './core/select-objects.ts';

export interface ClusterObjects extends ClusterView {
  put(object: KubeObject, owner?: EntityRef): void;
  drop(ref: EntityRef): void;
  declare(from: EntityRef, to: EntityRef, figures?: CallFigures): void;
  undeclare(from: EntityRef, to: EntityRef): void;
  readonly size: number;
}

interface Held {
  readonly object: KubeObject;
  readonly owner?: EntityRef;
  readonly parents: readonly string[];
}

export function createClusterObjects(): ClusterObjects {
  const held = new Map<string, Held>();
  const byNamespace = new Map<string, Set<string>>();
  const children = new Map<string, Set<string>>();
  const graph = createGraph();

  function put(object: KubeObject, owner?: EntityRef): void {
    const ref = refOf(object);
    const key = entityKey(ref);
    forget(key);
    const top = owner ?? topOwner(object);
    const parents = [...new Set([top, controllerOf(object)].flatMap((each) => (each ? entityKey(each) : [])))];
    held.set(key, top ? { object, owner: top, parents } : { object, parents });
    add(byNamespace, ref.namespace ?? '', key);
    for (const parent of parents) add(children, parent, key);
    graph.apply(ref, factsOf(object, top));
  }

  /** As far up as the objects that are known lead. */
  function topOwner(object: KubeObject): EntityRef | undefined {
    let top = controllerOf(object);
    for (let steps = 0; top && steps < 5; steps++) {
      const parent = held.get(entityKey(top));
      const next = parent && (parent.owner ?? controllerOf(parent.object));
      if (!next) return top;
      top = next;
    }
    return top;
  }

  function forget(key: string): void {
    const known = held.get(key);
    if (!known) return;
    held.delete(key);
    remove(byNamespace, known.object.metadata.namespace ?? '', key);
    for (const parent of known.parents) remove(children, parent, key);
  }

  function drop(ref: EntityRef): void {
    forget(entityKey(ref));
    graph.apply(ref, undefined);
  }

  return {
    put,
    drop,
    declare: graph.declare,
    undeclare: graph.undeclare,
    dependencies: graph.dependencies,
    dependents: graph.dependants,
    owned: (key) => [...(children.get(key) ?? [])].sort(),
    ownerOf: (key) => {
      const owner = held.get(key)?.owner ?? graph.home(entityOfKey(key));
      const ownerKey = entityKey(owner);
      return ownerKey === key ? undefined : ownerKey;
    },
    object: (key) => held.get(key)?.object,
    owner: (key) => held.get(key)?.owner,
    keysOf: (namespace) => [...(byNamespace.get(namespace) ?? [])].sort(),
    get size() {
      return held.size;
    },
  };
}

function controllerOf(object: KubeObject): EntityRef | undefined {
  const owners = object.metadata.ownerReferences ?? [];
  const owner = owners.find((each) => each.controller) ?? owners[0];
  if (!owner) return undefined;
  // A static pod belongs to its node; a node is no workload.
  if (owner.kind === 'Node') return undefined;
  const { namespace } = object.metadata;
  return namespace ? { kind: owner.kind, namespace, name: owner.name } : { kind: owner.kind, name: owner.name };
}

function add(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key);
  if (set) set.add(value);
  else sets.set(key, new Set([value]));
}

function remove(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key);
  set?.delete(value);
  if (set?.size === 0) sets.delete(key);
}

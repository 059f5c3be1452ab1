// The objects of a dossier by kind, namespace and name.
import { type EntityRef, entity, entityKey, type KubeObject, kindOf } from '@winnow/contracts';

type Known = Exclude<KubeObject['kind'], 'Other'>;
export type ObjectOf<K extends Known> = Extract<KubeObject, { kind: K }>;

export interface ObjectIndex {
  get<K extends Known>(kind: K, namespace: string | undefined, name: string): ObjectOf<K> | undefined;
  /** In order of namespace and name. */
  all<K extends Known>(kind: K, namespace?: string): readonly ObjectOf<K>[];
  has(ref: EntityRef): boolean;
  /** Objects of this kind and namespace can be seen at all, so that a missing one is a fact. */
  sees(kind: Known, namespace?: string): boolean;
}

const bystanders: ReadonlySet<string> = new Set(['Secret', 'ConfigMap', 'ServiceAccount', 'Pod']);

export function refOf(object: KubeObject): EntityRef {
  return entity(kindOf(object), object.metadata.namespace, object.metadata.name);
}

/** @param partial some objects were left out, those that nothing leads to first: then a missing one of these kinds proves nothing. */
export function indexObjects(objects: readonly KubeObject[], partial = false): ObjectIndex {
  const byKey = new Map<string, KubeObject>();
  for (const object of objects) byKey.set(entityKey(refOf(object)), object);
  const byKind = new Map<string, KubeObject[]>();
  for (const key of [...byKey.keys()].sort()) {
    const object = byKey.get(key)!;
    const list = byKind.get(object.kind);
    if (list) list.push(object);
    else byKind.set(object.kind, [object]);
  }
  const all = <K extends Known>(kind: K, namespace?: string) =>
    ((byKind.get(kind) ?? []) as ObjectOf<K>[]).filter(
      (each) => namespace === undefined || (each as KubeObject).metadata.namespace === namespace,
    );
  return {
    get: (kind, namespace, name) => byKey.get(entityKey(entity(kind, namespace, name))) as never,
    all,
    has: (ref) => byKey.has(entityKey(ref)),
    sees: (kind, namespace) => !(partial && bystanders.has(kind)) && all(kind, namespace).length > 0,
  };
}

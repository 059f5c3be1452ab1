import { z } from 'zod';

/** A Kubernetes object (or an external host, kind `Host`) by kind, namespace and name. `namespace` is absent for cluster-scoped kinds. */
export const entityRefSchema = z.object({
  kind: z.string().min(1),
  namespace: z.string().optional(),
  name: z.string(),
});
export type EntityRef = Readonly<z.infer<typeof entityRefSchema>>;

/** One string for one entity of a cluster: `Kind/namespace/name`, the namespace empty for cluster-scoped kinds. */
export function entityKey(ref: EntityRef): string {
  return `${ref.kind}/${ref.namespace ?? ''}/${ref.name}`;
}

/** The entity that {@link entityKey} wrote. */
export function entityOfKey(key: string): EntityRef {
  const [kind = '', namespace = '', ...name] = key.split('/');
  return entity(kind, namespace, name.join('/'));
}

/** An entity; an empty or absent namespace is left out. */
export function entity(kind: string, namespace: string | undefined, name: string): EntityRef {
  return namespace ? { kind, namespace, name } : { kind, name };
}

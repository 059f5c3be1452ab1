// Facts of Kubernetes objects: the fields that matter to Winnow, in Kubernetes' own shape. A field that is missing or has
// another type than Kubernetes gives it is unknown (undefined), never an error; what is not named here is left out.
import { z } from 'zod';
import { qualifiedKind } from './kinds.ts';
import { clusterSchemas } from './kube/cluster.ts';
import { conditions, metadata, opt, text } from './kube/fields.ts';
import { networkSchemas } from './kube/network.ts';
import { podSchemas } from './kube/pods.ts';
import { storageSchemas } from './kube/storage.ts';
import { workloadSchemas } from './kube/workloads.ts';

export type { Container, ContainerStatus, PodSpec, Probe } from './kube/pods.ts';

const schemas = { ...podSchemas, ...workloadSchemas, ...networkSchemas, ...storageSchemas, ...clusterSchemas };

type Schemas = typeof schemas;
/** The facts of one kind, e.g. `KubeKind<'Pod'>`. */
export type KubeKind<K extends keyof Schemas> = Readonly<z.infer<Schemas[K]>>;
export type Pod = KubeKind<'Pod'>;
export type Deployment = KubeKind<'Deployment'>;
export type Service = KubeKind<'Service'>;
export type Node = KubeKind<'Node'>;
/** A custom or unnamed kind: only what all objects have. */
export type OtherObject = {
  readonly kind: 'Other';
  readonly otherKind: string;
  readonly apiVersion?: string | undefined;
  readonly metadata: z.infer<typeof metadata>;
  readonly status?: { readonly conditions?: z.infer<typeof conditions> } | undefined;
};

/** Facts of one object. Narrow by `kind`; kinds without facts of their own are `Other`, with their kind in `otherKind`. */
export type KubeObject = { [K in keyof Schemas]: KubeKind<K> }[keyof Schemas] | OtherObject;

const other = z.object({
  kind: z.literal('Other'),
  otherKind: z.string(),
  apiVersion: text,
  metadata,
  status: opt(z.object({ conditions })),
});

/** Reads facts that Winnow wrote itself. */
export const kubeObjectSchema = z.union([
  z.discriminatedUnion('kind', Object.values(schemas) as unknown as [z.ZodObject<{ kind: z.ZodLiteral<string> }>]),
  other,
]) as unknown as z.ZodType<KubeObject>;

const rawHead = z.looseObject({ kind: z.string().min(1), metadata: z.looseObject({ name: z.string().min(1) }) });

/**
 * The facts of an object as the API server or kubectl writes it.
 * @returns the facts, or what was expected at which field.
 */
export function readKubeObject(
  raw: unknown,
): { readonly object: KubeObject } | { readonly field: string; readonly expected: string } {
  const parsed = rawHead.safeParse(raw);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { field: issue?.path.join('.') || 'object', expected: 'a Kubernetes object with kind and metadata.name' };
  }
  const kind = qualifiedKind(parsed.data.kind, parsed.data.apiVersion);
  const schema = Object.hasOwn(schemas, kind) ? (schemas as Record<string, z.ZodType>)[kind] : undefined;
  const facts = schema ? schema.parse(raw) : other.parse({ ...parsed.data, kind: 'Other', otherKind: kind });
  return { object: facts as KubeObject };
}

/** The kind as Kubernetes names it, also of custom resources. */
export function kindOf(object: KubeObject): string {
  return object.kind === 'Other' ? object.otherKind : object.kind;
}

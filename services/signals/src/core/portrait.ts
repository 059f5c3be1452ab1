// The configuration of an object, field by field: what a person would change. Status, revisions and bookkeeping are left out.
import { type FieldDiff, type KubeObject, leavesOf } from '@winnow/contracts';

type Fields = Map<string, string>;

/** Kinds whose changes are told; those that controllers make and remake are not. */
const told: ReadonlySet<string> = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'CronJob',
  'Job',
  'Service',
  'Ingress',
  'IngressClass',
  'ConfigMap',
  'Secret',
  'ServiceAccount',
  'ResourceQuota',
  'LimitRange',
  'HorizontalPodAutoscaler',
  'PodDisruptionBudget',
  'NetworkPolicy',
  'Node',
  'Namespace',
  'PersistentVolumeClaim',
  'PersistentVolume',
  'StorageClass',
  'Pod',
  'Role',
  'RoleBinding',
  'ClusterRole',
  'ClusterRoleBinding',
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
  'ValidatingAdmissionPolicy',
  'PriorityClass',
  'CustomResourceDefinition',
]);

export const isTold = (kind: string): boolean => told.has(kind);

export function portraitOf(object: KubeObject): ReadonlyMap<string, string> {
  const fields: Fields = new Map();
  if (object.kind === 'Node') {
    put(fields, 'spec.unschedulable', object.spec?.unschedulable ?? false);
    for (const taint of object.spec?.taints ?? []) {
      // These follow from the node's state, and the cordon is told above.
      if (!taint.key?.startsWith('node.kubernetes.io/'))
        put(fields, `spec.taints[${taint.key}:${taint.effect}]`, taint.value ?? '');
    }
    labels(fields, object);
    return fields;
  }
  if (object.kind === 'ConfigMap') return putAll(fields, 'data', object.hashes ?? object.data);
  if (object.kind === 'Secret') {
    for (const key of object.keys ?? []) fields.set(`data.${key}`, 'set');
    if (object.type === 'helm.sh/release.v1') release(fields, object);
    return fields;
  }
  if (object.kind === 'Other') return fields;
  if ('spec' in object && object.spec) flatten(fields, 'spec', withoutBookkeeping(object));
  for (const name of ['provisioner', 'volumeBindingMode', 'reclaimPolicy', 'imagePullSecrets'] as const) {
    if (name in object) flatten(fields, name, (object as Record<string, unknown>)[name]);
  }
  return fields;
}

/** Helm keeps one Secret for each revision of a release, and says in its labels how it stands. */
function release(fields: Fields, { metadata }: KubeObject): void {
  for (const name of ['name', 'version', 'status']) put(fields, `release.${name}`, metadata.labels?.[name]);
}

function labels(fields: Fields, object: KubeObject): void {
  putAll(fields, 'metadata.labels', object.metadata.labels);
}

/** What controllers fill in after the fact. */
function withoutBookkeeping(object: KubeObject): unknown {
  const spec = (object as { spec?: Record<string, unknown> }).spec ?? {};
  if (object.kind === 'PersistentVolumeClaim') return { ...spec, volumeName: undefined };
  if (object.kind === 'PersistentVolume') return { ...spec, claimRef: undefined };
  if (object.kind === 'Service') return { ...spec, clusterIP: undefined };
  if (object.kind === 'Pod') return { ...spec, nodeName: undefined, priority: undefined };
  return spec;
}

function put(fields: Fields, path: string, value: unknown): void {
  if (value !== undefined && value !== null) fields.set(path, String(value));
}

function putAll(fields: Fields, path: string, all: Readonly<Record<string, string>> | undefined): Fields {
  for (const [name, value] of Object.entries(all ?? {})) put(fields, `${path}.${name}`, value);
  return fields;
}

function flatten(fields: Fields, path: string, value: unknown): void {
  for (const [leaf, text] of leavesOf(path, value)) put(fields, leaf, text);
}

const VALUE = 200;

/** The fields that differ, by path. */
export function differences(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): FieldDiff[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths
    .filter((path) => before.get(path) !== after.get(path))
    .map((path) => {
      const [was, is] = [before.get(path)?.slice(0, VALUE), after.get(path)?.slice(0, VALUE)];
      return { path, ...(was !== undefined && { before: was }), ...(is !== undefined && { after: is }) };
    });
}

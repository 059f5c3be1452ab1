// Kinds by the plural names of their resources, and which of them belong to no namespace.

const builtIn = [
  'Pod Service Node Namespace Secret Event Lease Deployment Job Role Binding Eviction',
  'ConfigMap ServiceAccount PersistentVolume PersistentVolumeClaim ResourceQuota LimitRange PodTemplate ReplicationController',
  'ReplicaSet StatefulSet DaemonSet ControllerRevision CronJob HorizontalPodAutoscaler PodDisruptionBudget EndpointSlice',
  'RoleBinding ClusterRole ClusterRoleBinding CustomResourceDefinition VolumeAttachment CSIDriver CSINode CSIStorageCapacity',
  'ValidatingWebhookConfiguration MutatingWebhookConfiguration APIService TokenReview SubjectAccessReview SelfSubjectAccessReview',
  'FlowSchema PriorityLevelConfiguration CertificateSigningRequest ComponentStatus',
]
  .join(' ')
  .split(' ');
/** Custom kinds that many clusters have. */
const custom = [
  'Certificate Issuer ClusterIssuer Gateway HTTPRoute VirtualService DestinationRule Rollout Application HelmRelease',
  'Kustomization ServiceMonitor PodMonitor PrometheusRule',
]
  .join(' ')
  .split(' ');
const byResource: Readonly<Record<string, string>> = Object.fromEntries(
  [...builtIn, ...custom].map((kind) => [`${kind.toLowerCase()}s`, kind]),
);
const irregular: Readonly<Record<string, string>> = {
  endpoints: 'Endpoints',
  ingresses: 'Ingress',
  ingressclasses: 'IngressClass',
  storageclasses: 'StorageClass',
  priorityclasses: 'PriorityClass',
  runtimeclasses: 'RuntimeClass',
  gatewayclasses: 'GatewayClass',
  networkpolicies: 'NetworkPolicy',
  validatingadmissionpolicies: 'ValidatingAdmissionPolicy',
};

const clusterScoped = new Set(
  (
    'Node Namespace PersistentVolume StorageClass IngressClass PriorityClass RuntimeClass GatewayClass ClusterRole ClusterRoleBinding ' +
    'CustomResourceDefinition VolumeAttachment CSIDriver CSINode ValidatingWebhookConfiguration MutatingWebhookConfiguration APIService ' +
    'ValidatingAdmissionPolicy CertificateSigningRequest FlowSchema PriorityLevelConfiguration ComponentStatus'
  ).split(' '),
);

/** True for the well-known kinds that belong to no namespace. */
export function isClusterScoped(kind: string): boolean {
  return clusterScoped.has(kind);
}

/** The kind of a plural resource name: `networkpolicies` → NetworkPolicy. Undefined where it is not a well-known one. */
export function kindOfResource(resource: string): string | undefined {
  return Object.hasOwn(irregular, resource)
    ? irregular[resource]
    : Object.hasOwn(byResource, resource)
      ? byResource[resource]
      : undefined;
}

/** The best guess where nobody says the kind: `databases` → Database, `policies` → Policy. */
export function guessKind(resource: string): string {
  const singular = /ies$/.test(resource)
    ? `${resource.slice(0, -3)}y`
    : /(?:ss|x|ch|sh|z)es$/.test(resource)
      ? resource.slice(0, -2)
      : resource.replace(/(?<!s)s$/, '');
  return singular.charAt(0).toUpperCase() + singular.slice(1);
}

const ownGroups = new Set(['', 'apps', 'batch', 'autoscaling', 'policy', 'extensions']);

/** The group of `apps/v1`; empty for `v1`. */
function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

/**
 * Other groups have kinds of the same names (Knative's Service, Longhorn's Node): these are other things, and told apart as
 * `Service.serving.knative.dev`. A kind without a group, or of one of Kubernetes' own, stays as it is.
 */
export function qualifiedKind(kind: string, apiVersion: unknown): string {
  if (typeof apiVersion !== 'string') return kind;
  const group = groupOf(apiVersion);
  if (ownGroups.has(group) || /(?:^|\.)k8s\.io$/.test(group)) return kind;
  return builtIn.includes(kind) || Object.values(irregular).includes(kind) ? `${kind}.${group}` : kind;
}

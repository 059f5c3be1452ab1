// Kinds by the plural names of their resources, and which of them belong to no namespace.

const byResource: Readonly<Record<string, string>> = Object.fromEntries(
  [
    'Pod Service Node Namespace Secret Event Lease Deployment Job Role Binding Eviction Certificate Issuer Gateway Rollout Application',
    'ConfigMap ServiceAccount PersistentVolume PersistentVolumeClaim ResourceQuota LimitRange PodTemplate ReplicationController',
    'ReplicaSet StatefulSet DaemonSet ControllerRevision CronJob HorizontalPodAutoscaler PodDisruptionBudget EndpointSlice',
    'RoleBinding ClusterRole ClusterRoleBinding CustomResourceDefinition VolumeAttachment CSIDriver CSINode CSIStorageCapacity',
    'ValidatingWebhookConfiguration MutatingWebhookConfiguration APIService TokenReview SubjectAccessReview SelfSubjectAccessReview',
    'FlowSchema PriorityLevelConfiguration CertificateSigningRequest HTTPRoute ServiceMonitor PodMonitor PrometheusRule ComponentStatus',
  ]
    .join(' ')
    .split(' ')
    .map((kind) => [`${kind.toLowerCase()}s`, kind]),
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

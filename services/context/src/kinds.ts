// Kinds that a look at a live cluster reads.
export const namespacedKinds = [
  ...['Pod', 'ReplicaSet', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'],
  ...['Service', 'Endpoints', 'EndpointSlice', 'Ingress', 'NetworkPolicy'],
  ...['ConfigMap', 'Secret', 'ServiceAccount', 'PersistentVolumeClaim'],
  ...['ResourceQuota', 'LimitRange', 'HorizontalPodAutoscaler', 'PodDisruptionBudget'],
] as const;
export const scopedKinds = ['Node', 'Namespace', 'PersistentVolume', 'StorageClass', 'IngressClass'] as const;

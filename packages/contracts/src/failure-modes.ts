// The vocabulary in which a root cause is named: six categories and, in each, its failure modes.
// Ids are stable. A diagnosis names one mode and the entity at fault.

export const failureModeCategories = {
  'resource-exhaustion': {
    title: 'Resource exhaustion',
    modes: {
      'oom-killed':
        'A container exceeds its memory limit and is killed (exit 137, OOMKilled); the limit is too small for its normal working set.',
      'memory-leak':
        'Memory grows steadily until the limit is hit; the container runs for a while, is OOMKilled, and repeats. The fix is in the code, not the limit.',
      'cpu-throttling': "CFS throttling or CPU saturation against the container's limit degrades latency.",
      'gpu-thermal-throttling': 'A GPU lowers its clocks because of temperature.',
      'gpu-unavailable': 'The requested GPU or other extended resource is not available on any node.',
      'insufficient-cpu': "The pod's CPU request fits on no node.",
      'insufficient-memory': "The pod's memory request fits on no node.",
      'node-pod-capacity': 'Nodes have reached their maximum number of pods.',
      'node-resource-starvation': 'A node is under memory, CPU or PID pressure and starves or evicts its pods.',
      'disk-pressure-eviction': 'Node disk pressure evicts pods.',
      'ephemeral-storage-eviction': 'A pod is evicted for exceeding its ephemeral-storage limit.',
      'quota-cpu-exceeded': "The namespace's CPU quota refuses new pods.",
      'quota-memory-exceeded': "The namespace's memory quota refuses new pods.",
      'quota-pods-exceeded': "The namespace's pod-count quota refuses new pods.",
      'quota-services-exceeded': "The namespace's service-count quota refuses new services.",
      'quota-storage-exceeded': "The namespace's storage quota refuses new claims.",
      'quota-requires-limits':
        'A quota or LimitRange refuses pods that set no requests or limits, or limits outside the range.',
      'connection-pool-exhausted': 'A database or server refuses connections because its connection limit is reached.',
    },
  },
  'image-deployment': {
    title: 'Image and deployment',
    modes: {
      'image-not-found': 'The image reference is wrong (repository, tag or digest does not exist).',
      'image-pull-auth': 'The registry refuses the pull; the image pull secret is missing or wrong.',
      'image-registry-unreachable': "The registry's name does not resolve or it cannot be reached.",
      'image-registry-rate-limited': 'The registry answers 429, too many requests.',
      'image-wrong-architecture': 'The image is built for another CPU architecture (exec format error).',
      'image-layer-corrupt': 'A pulled layer fails verification or cannot be unpacked.',
      'invalid-command':
        "The container's command or entrypoint does not exist, is not executable or has a syntax error.",
      'init-container-failure': 'An init container fails, so the pod never starts.',
      'rollout-stuck': 'A rollout exceeds its progress deadline with no more specific cause.',
      'port-conflict': 'Two containers of a pod, or two pods on a host port, want the same port.',
      'node-selector-mismatch': "No node carries the labels of the pod's nodeSelector.",
      'node-affinity-mismatch': "No node satisfies the pod's required node affinity.",
      'pod-anti-affinity-conflict': 'Required pod anti-affinity leaves no node.',
      'taint-not-tolerated': 'The remaining nodes carry a taint the pod does not tolerate.',
      'node-cordoned': 'The nodes the pod needs are cordoned (unschedulable).',
      'scaled-to-zero': 'A workload that others depend on has zero desired replicas.',
      'admission-rejected': 'An admission webhook or pod-security admission refuses the object.',
      'autoscaler-misconfigured':
        'An autoscaler cannot act (no metrics, no resource requests, wrong target) or thrashes.',
      'helm-release-failed': 'A Helm release is failed or stuck in a pending state.',
    },
  },
  'config-secrets': {
    title: 'Configuration and secrets',
    modes: {
      'missing-secret': 'A referenced Secret, or a key in it, does not exist.',
      'missing-configmap': 'A referenced ConfigMap, or a key in it, does not exist.',
      'configmap-drift': 'A ConfigMap changed, and the workload misbehaves since or runs with the old content.',
      'secret-rotation': 'A Secret was rotated and consumers still use, or cannot use, the other value.',
      'invalid-credentials': 'The application is refused with wrong user, password or token.',
      'env-var-missing': 'The application needs an environment variable that is not set.',
      'env-var-invalid': 'An environment variable has a wrong value.',
      'encoding-error': 'A value is wrongly encoded (base64, line ends, charset).',
      'config-invalid': "The application's own configuration fails validation or parsing.",
      'volume-permission-denied': 'The process may not read or write a mounted path.',
      'missing-service-account': "The pod's ServiceAccount does not exist.",
      'rbac-denied': "The workload's identity is not allowed an API call that it needs.",
      'certificate-expired': 'A TLS certificate is expired, not yet valid or not trusted.',
    },
  },
  'cascading-failures': {
    title: 'Cascading failures',
    modes: {
      'service-selector-mismatch': 'A Service selects no pods because its selector and the pod labels differ.',
      'service-port-mismatch': "A Service's port or targetPort does not reach the port that the pods listen on.",
      'service-protocol-mismatch': 'A Service port declares a protocol that the application does not speak.',
      'service-address-invalid': 'A workload is configured with the wrong name or port of a service it depends on.',
      'gateway-misroute': 'An ingress or gateway routes to the wrong backend or path.',
      'ingress-misconfigured': 'An Ingress names a class, backend or TLS secret that does not exist.',
      'dependency-unavailable':
        'A dependency is down, and its dependents fail with it; the cause inside the dependency is unknown.',
      'dependency-bad-response': 'A dependency answers, but with wrong or malformed data.',
      'network-policy-blocked': 'A NetworkPolicy blocks traffic that a workload needs.',
      'dns-resolution-failure': 'Names do not resolve inside the cluster (CoreDNS, resolv.conf, DNS policy).',
      'shared-volume-corruption': 'Data on a volume that several workloads share is corrupt.',
      'node-failure': 'A node is NotReady or gone, and its pods fail with it.',
      'kubelet-unavailable': 'The kubelet of a node is stopped or not posting status.',
      'container-runtime-unavailable': 'The container runtime of a node is down.',
      'kube-proxy-unavailable': 'kube-proxy of a node is down; service routing there is stale or broken.',
      'scheduler-unavailable': 'kube-scheduler is down; new pods stay Pending with no scheduling events.',
      'controller-manager-unavailable': 'kube-controller-manager is down; controllers do not act.',
      'apiserver-overloaded': 'The API server is slow, throttling or unavailable.',
      'etcd-quorum-loss': 'etcd has lost quorum or is too slow.',
      'cni-failure': 'The network plugin cannot set up pod sandboxes.',
    },
  },
  'storage-persistence': {
    title: 'Storage and persistence',
    modes: {
      'storage-class-missing': 'A claim names a StorageClass that does not exist, or one that matches no volume.',
      'pvc-capacity-mismatch': 'No volume is as large as the claim.',
      'pvc-access-mode-mismatch': "No volume offers the claim's access modes.",
      'pvc-selector-mismatch': "No volume carries the labels of the claim's selector.",
      'pv-already-bound': 'The volume that the claim wants is bound or reserved for another claim.',
      'pvc-missing': 'A pod mounts a claim that does not exist.',
      'provisioning-failed': 'The provisioner fails to create the volume.',
      'csi-driver-failure': 'The CSI driver is not registered, crashes or returns errors.',
      'volume-attach-timeout': 'Attaching or mounting a volume times out.',
      'volume-multi-attach': 'A volume is still attached to another node.',
      'volume-full': 'A volume has no space left.',
      'filesystem-corruption': "A volume's file system is damaged.",
      'snapshot-failure': 'A volume snapshot or a backup fails.',
      'database-read-only': 'A database refuses writes (read-only mode, replica, full disk guard).',
    },
  },
  'app-vs-infra': {
    title: 'Application versus infrastructure',
    modes: {
      'application-crash': 'The application exits by an error of its own (unhandled exception, bug).',
      'application-hang': 'The application stops answering (deadlock, blocked main thread), so its probes time out.',
      'application-error': 'The application runs but fails requests by an error of its own.',
      'job-failed': 'A Job or CronJob run fails by an error of its own.',
      'liveness-probe-wrong-port': 'The liveness probe asks a port on which nothing listens.',
      'liveness-probe-wrong-protocol': 'The liveness probe uses a handler or path that the application does not serve.',
      'liveness-probe-timing': "The liveness probe's delay, period, timeout or threshold is too tight.",
      'readiness-probe-wrong-port': 'The readiness probe asks a port on which nothing listens.',
      'readiness-probe-wrong-protocol':
        'The readiness probe uses a handler or path that the application does not serve.',
      'readiness-probe-timing': "The readiness or startup probe's delay, period, timeout or threshold is too tight.",
      'slow-dependency': 'Latency comes from a slow database query or downstream call.',
      'performance-degradation': 'A service is slow with no more specific cause.',
      'pod-network-delay': 'Network delay at one pod or service.',
      'pod-network-loss': 'Network loss or partition at one pod or service.',
      'node-network-delay': 'Network delay at a node.',
      'node-network-loss': 'Network loss or partition at a node.',
      'gpu-xid-error': 'The GPU driver reports an XID error.',
    },
  },
} as const;

type Categories = typeof failureModeCategories;

/** The id of one of the six categories. */
export type FailureModeCategory = keyof Categories;

/** The id of one failure mode, in any category. */
export type FailureModeId = { [C in FailureModeCategory]: keyof Categories[C]['modes'] }[FailureModeCategory];

export interface FailureMode {
  readonly id: FailureModeId;
  readonly category: FailureModeCategory;
  readonly description: string;
}

/** All failure modes in the order of the vocabulary. */
export const failureModes: readonly FailureMode[] = Object.entries(failureModeCategories).flatMap(
  ([category, { modes }]) =>
    Object.entries(modes).map(([id, description]) => ({
      id: id as FailureModeId,
      category: category as FailureModeCategory,
      description,
    })),
);

const byId = new Map(failureModes.map((mode) => [mode.id as string, mode]));

/** The mode with this id; undefined where the vocabulary has none. */
export function failureMode(id: string): FailureMode | undefined {
  return byId.get(id);
}

/** The category that a mode belongs to. */
export function categoryOf(id: FailureModeId): FailureModeCategory {
  return byId.get(id)!.category;
}

export interface KwokOptions {
  /** Nodes to create, `node-0` and so on. 1 if it is left out. */
  readonly nodes?: number;
  /**
   * `Stage`, `ClusterLogs` and other documents of kwok's configuration, in YAML. Where one of them is a Stage for pods,
   * kwok's own for pods (which have every pod run and be ready at once) do not apply; the same holds for nodes.
   */
  readonly stages?: readonly string[];
}

export interface KubernetesOptions {
  /** The context's name in kubeconfigs. `test` if it is left out. */
  readonly name?: string;
  /** An `audit.k8s.io/v1` Policy, as text or object. Without it and with a log or webhook: writes, in full. */
  readonly auditPolicy?: string | object;
  /** Where the API server posts audit events, in batches of at most a second. */
  readonly auditWebhook?: string | { readonly url: string; readonly token?: string; readonly caFile?: string };
  /** Writes them to `auditLogFile`. */
  readonly auditLog?: boolean;
  /** How long events are kept, as Go writes durations: `5s`. An hour if it is left out. */
  readonly eventTtl?: string;
  /**
   * The controller manager and the scheduler. Without them it starts faster and takes a third of the memory, and objects
   * stay what they are: no ReplicaSet makes pods, no pod is scheduled, no default ServiceAccount is needed.
   */
  readonly controllers?: boolean;
  /** False has watches and lists read etcd itself, so that a compaction is felt at once. */
  readonly watchCache?: boolean;
  readonly kwok?: KwokOptions;
  /** Further arguments of the API server. */
  readonly apiServerArgs?: readonly string[];
}

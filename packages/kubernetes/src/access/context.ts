// One cluster and one identity to look at it with.
import type { Cluster, User } from '@kubernetes/client-node';

export interface ClusterContext {
  /** The cluster's name in all that Winnow says: the context's, or as configured. */
  readonly name: string;
  /** The context's name in the kubeconfig; `in-cluster`. */
  readonly context: string;
  /** Where it was read, for messages: a file, or the service account. */
  readonly origin: string;
  readonly server: string;
  readonly namespace?: string;
  /** In the words of the client library. Holds credentials: never printed. */
  readonly cluster: Cluster;
  readonly user: User;
  /** What to do where the credential plugin is missing, in the kubeconfig's own words. */
  readonly installHint?: string;
}

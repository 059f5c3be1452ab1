// How a live source stands: what `winnow status` prints, and why a cluster may be called blind.
export type SourceState =
  /** It is heard. */
  | 'connected'
  /** It reads what there is before it follows what comes. */
  | 'syncing'
  /** It should be heard and is not: the cluster behind it may be well or not, nobody knows. */
  | 'blind'
  /** It was told that it may not look: part of the cluster cannot be seen. */
  | 'refused';

export interface SourceStatus {
  /** As in envelopes: `kubernetes.object`, `alertmanager.alerts`, … */
  readonly source: string;
  readonly cluster: string;
  /** The installation's own where absent. */
  readonly tenant?: string;
  readonly instance: string;
  readonly state: SourceState;
  /** The latest byte that was heard from it; absent where none was. RFC 3339. */
  readonly lastByteAt?: string;
  /** Seconds that what is told now lies behind what happened, where that can be told. */
  readonly lagSeconds?: number;
  /** What is wrong, in words: `may not list ingresses.networking.k8s.io`, `connection refused`. At most 20. */
  readonly details: readonly string[];
}
